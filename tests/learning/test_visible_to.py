"""Whose enrolments a person sees in a list, whatever view asks for it."""

import pytest

from learning.models import Enrolment
from learning.services.enrolment import enrol_learner


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("learner", True),
        ("teacher_a", True),
        ("clerk_a", True),
        ("principal_a", True),
        ("director", True),
        ("other_teacher_a", False),
        ("teacher_b", False),
        ("clerk_b", False),
        ("editor", False),
        ("site_admin", False),
    ],
)
def test_who_sees_an_enrolment(request, learner, course_a, role, sees):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    user = request.getfixturevalue(role)
    assert Enrolment.objects.visible_to(user).exists() is sees
