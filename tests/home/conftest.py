"""A street of two schools, as its public pages show it."""

from typing import Any

import pytest

from news.models import NewsPage
from schools.models import SchoolPage
from tests.factories import (
    make_school,
)
from tests.home.street import grow


@pytest.fixture
def street(centre_school: SchoolPage) -> dict[str, Any]:
    """Two schools with two courses of two lessons and two news items each."""
    schools = [make_school(name, title=f"{name}学校", phone="1") for name in ("a", "b")]
    for school in schools:
        grow(school, 2)
    course = schools[0].get_descendants().get(slug="a-0").specific
    return {
        "schools": schools,
        "course": course,
        "news": NewsPage.objects.descendant_of(schools[0]).first(),
    }
