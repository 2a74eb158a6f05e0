"""The start-up checks find a page type or a section that forgets the rules."""

import pytest
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

from news.models import NewsPage
from schools.checks import check_page_types, check_sections


def test_the_project_passes():
    assert check_page_types(None) == []
    assert check_sections(None) == []


def test_a_page_type_with_wagtails_own_form_is_found(monkeypatch):
    monkeypatch.setattr(NewsPage, "base_form_class", WagtailAdminPageForm)
    assert [error.id for error in check_page_types(None)] == ["schools.E001"]


def test_a_page_type_with_wagtails_own_tester_is_found(monkeypatch):
    monkeypatch.setattr(NewsPage, "permissions_for_user", Page.permissions_for_user)
    assert [error.id for error in check_page_types(None)] == ["schools.E002"]


@pytest.mark.parametrize(
    "change",
    [
        {"page_type": "courses.NoSuchPage"},
        {"roles": {"king": ["add"]}},
        {"roles": {"teacher": ["rule"]}},
        {"workflow": "none_such"},
        {"slug": "news"},
    ],
)
def test_a_wrong_section_is_found(settings, change):
    first, *rest = settings.SCHOOL_SECTIONS
    settings.SCHOOL_SECTIONS = [first | change, *rest]
    assert [error.id for error in check_sections(None)] == ["schools.E003"]
