"""Where sites begin, the address of a page, the site's settings: as the library says."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY as KEY
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_VERSION as VERSION

from core.models import SiteSettings
from core.site_facts import address_at, site_roots, site_settings

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def roots():
    """What the library finds with nothing kept."""

    def look() -> list:
        cache.delete(KEY, version=VERSION)
        return Site.get_site_root_paths()

    return look


@pytest.fixture
def second_site(school_a):
    """A school with an address of its own."""
    return Site.objects.create(hostname="school.example", root_page=school_a)


def test_they_begin_where_the_library_says(lesson_a, roots):
    theirs = roots()
    cache.delete(KEY, version=VERSION)
    assert site_roots() == theirs
    # The library takes it from there.
    with CaptureQueriesContext(connection) as asked:
        assert Site.get_site_root_paths() == theirs
        assert site_roots() == theirs
    assert not asked


def test_of_two_sites_too(second_site, roots):
    theirs = roots()
    assert len(theirs) == 2
    cache.delete(KEY, version=VERSION)
    assert site_roots() == theirs


def test_in_the_order_of_the_library(lesson_a, roots):
    """Sites at the same page: the default one first, then by their names."""
    first = Site.objects.get()
    for name in ("a.example", "z.example"):
        Site.objects.create(hostname=name, root_page=first.root_page)
    theirs = roots()
    assert theirs[0].site_id == first.pk
    cache.delete(KEY, version=VERSION)
    assert site_roots() == theirs


def test_who_changes_a_site_is_heard_at_once(lesson_a):
    before = site_roots()
    site = Site.objects.get()
    site.hostname, site.port = "other.example", 443
    site.save()
    assert site_roots() != before
    assert site_roots()[0].root_url == "https://other.example"


def test_the_address_of_every_page_is_the_librarys(lesson_a, rf):
    request = rf.get("/")
    pages = Page.objects.all()
    assert any(page.url for page in pages)
    for page in pages:
        assert address_at(page.url_path) == (page.url or ""), page
        assert address_at(page.url_path, request) == (page.url or ""), page


def test_beside_another_site_it_says_where(second_site, lesson_a):
    for page in Page.objects.all():
        assert address_at(page.url_path) == (page.url or ""), page
    assert address_at(lesson_a.url_path).startswith("http://school.example")


def test_one_answer_looks_it_up_once(lesson_a, rf, monkeypatch):
    looked = []
    monkeypatch.setattr("core.site_facts.site_roots", lambda: looked.append(1) or [])
    request = rf.get("/")
    assert [address_at(lesson_a.url_path, request) for _each in range(3)] == [""] * 3
    assert len(looked) == 1


def everything(settings: SiteSettings) -> dict:
    return {
        one.attname: getattr(settings, one.attname) for one in settings._meta.fields
    }


def test_the_settings_come_along_and_are_those_of_the_database(lesson_a):
    assert site_settings() is None
    made = SiteSettings.current()
    made.name, made.help_phone, made.icp_no = "学习网「一」", "000-0000-0100", 'a"\\'
    made.save()
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        site_roots()
        found = SiteSettings.current()
    assert len(asked) == 1
    assert (
        everything(found) == everything(SiteSettings.objects.get()) == everything(made)
    )
    assert not found._state.adding


def test_a_change_of_the_settings_is_seen_at_once(lesson_a):
    settings = SiteSettings.current()
    settings.name = "改过的名字"
    settings.save()
    assert SiteSettings.current().name == "改过的名字"
