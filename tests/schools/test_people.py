"""`/desk/people/`: invite, appoint, end, hand over; nobody raises their own role."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.sms import MemoryBackend
from core.models import AuditEntry
from schools.choices import Role
from schools.models import Membership, StaffProfile
from tests.factories import make_learner

pytestmark = pytest.mark.django_db


def roles_of(user):
    return set(
        Membership.objects.filter(user=user).active().values_list("role", flat=True)
    )


@pytest.fixture
def newcomer(db):
    return make_learner("newcomer", phone="+8613800138001")


def test_a_principal_appoints_a_clerk_by_phone_number(
    client, principal_a, school_a, newcomer
):
    client.force_login(principal_a)
    url = reverse("desk:appoint", args=[school_a.pk])
    form = {"person": "138 0013 8001", "role": Role.CLERK}
    for _twice in range(2):
        assert client.post(url, form).status_code == 302
    assert roles_of(newcomer) == {Role.CLERK}
    assert Membership.objects.filter(user=newcomer).count() == 1
    assert AuditEntry.objects.filter(action="membership.appoint").exists()


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.EDITOR, Role.SITE_ADMIN, "king"])
def test_a_clerk_cannot_give_a_role_above_their_own(
    client, clerk_a, school_a, newcomer, role
):
    client.force_login(clerk_a)
    url = reverse("desk:appoint", args=[school_a.pk])
    response = client.post(url, {"person": "newcomer", "role": role})
    assert response.status_code == 422
    assert roles_of(newcomer) == set()


def test_nobody_is_appointed_at_another_school(client, clerk_a, school_b, newcomer):
    client.force_login(clerk_a)
    url = reverse("desk:appoint", args=[school_b.pk])
    assert (
        client.post(url, {"person": "newcomer", "role": "teacher"}).status_code == 404
    )
    assert roles_of(newcomer) == set()


def test_an_invitation_makes_an_account_once_and_sends_one_message(
    client, clerk_a, school_a, django_capture_on_commit_callbacks
):
    MemoryBackend.outbox.clear()
    client.force_login(clerk_a)
    url = reverse("desk:invite", args=[school_a.pk])
    form = {"name": "周老师", "phone": "１３８ 0013-8009", "role": Role.TEACHER}
    with django_capture_on_commit_callbacks(execute=True):
        for _twice in range(2):
            assert client.post(url, form).status_code == 302
    invited = User.objects.get(phone="+8613800138009")
    assert roles_of(invited) == {Role.TEACHER}
    assert [one.template for one in MemoryBackend.outbox] == ["invitation"]


def test_a_wrong_number_is_said_beside_its_field(client, clerk_a, school_a):
    client.force_login(clerk_a)
    url = reverse("desk:invite", args=[school_a.pk])
    form = {"name": "周老师", "phone": "12345", "role": Role.TEACHER}
    response = client.post(url, form)
    assert response.status_code == 422
    text = response.content.decode()
    assert "<title>出错：" in text
    assert "周老师" in text
    assert not User.objects.filter(display_name="周老师").exists()


def test_a_role_that_ended_opens_nothing_at_the_next_request(
    client, principal_a, clerk_a, school_a
):
    membership = Membership.objects.get(user=clerk_a, role=Role.CLERK)
    client.force_login(principal_a)
    client.post(reverse("desk:end_membership", args=[membership.pk]))
    client.force_login(clerk_a)
    assert client.get(reverse("desk:home")).status_code == 403
    assert client.get("/admin/").status_code == 403


def test_handing_over_moves_the_role_and_keeps_both_records(
    client, principal_a, clerk_a, school_a, newcomer
):
    membership = Membership.objects.get(user=clerk_a, role=Role.CLERK)
    client.force_login(principal_a)
    url = reverse("desk:hand_over", args=[membership.pk])
    assert client.post(url, {"person": "newcomer"}).status_code == 302
    assert roles_of(clerk_a) == set()
    assert roles_of(newcomer) == {Role.CLERK}
    assert Membership.objects.filter(role=Role.CLERK).count() == 2


def test_the_people_file_takes_a_volunteer_without_an_account(
    client, clerk_a, school_a
):
    client.force_login(clerk_a)
    url = reverse("desk:new_profile", args=[school_a.pk])
    form = {"name": "穆小满", "employment": "volunteer", "is_active": "on"}
    assert client.post(url, form).status_code == 302
    profile = StaffProfile.objects.get(name="穆小满")
    assert (profile.school, profile.user) == (school_a, None)


@pytest.mark.parametrize("name", ["appoint", "invite", "new_profile"])
def test_an_empty_form_says_what_to_do_field_by_field(client, clerk_a, school_a, name):
    client.force_login(clerk_a)
    response = client.post(reverse(f"desk:{name}", args=[school_a.pk]), {})
    assert response.status_code == 422
    text = response.content.decode()
    assert "必需字段" not in text
    assert "请填写「" in text
    assert "请选一个「" in text
