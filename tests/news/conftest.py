"""A story of a clerk's, and who looks at it."""

from typing import Any

import pytest

from news.models import NewsPage
from schools.choices import Role
from tests.factories import make_news, make_staff
from tests.news.reviews import SECRET, hand_in


@pytest.fixture
def leader(centre_school: Any, without_second_factor: None) -> Any:
    return make_staff("leader", centre_school, Role.LEADER)


@pytest.fixture
def story(school_a: Any, clerk_a: Any) -> NewsPage:
    """A draft of the clerk's."""
    item = make_news(school_a, SECRET, live=False, owner=clerk_a, summary="柳篮编好了")
    item.save_revision(user=clerk_a)
    return item


@pytest.fixture
def handed_in(story: NewsPage, clerk_a: Any, principal_a: Any, leader: Any) -> NewsPage:
    hand_in(story, clerk_a)
    return story
