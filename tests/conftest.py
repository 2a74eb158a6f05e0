"""Two schools, their people and one course with one lesson in each.

Everything is made by the services and only where a test asks for it. `teacher_a`
teaches `course_a`; `other_teacher_a` works at the same school and does not.
"""

import gc
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from core import thread_locals
from courses.models import CoursePage, LessonPage
from learning import heartbeat
from schools.choices import Level, Role
from schools.models import SchoolPage, StaffProfile
from tests import factories, shared


def pytest_configure() -> None:
    """Garbage is looked for seldom: each test makes much and leaves little.

    No test fails because the machine is busy: hypothesis would after a fifth of a second.
    """
    gc.set_threshold(50_000, 10, 10)
    hypothesis.settings.register_profile("street", deadline=None)
    hypothesis.settings.load_profile("street")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """What takes long begins first; of the others each worker has enough to the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The browser; tests that ask for it are skipped where there is none."""
    path = os.environ.get("CHROMIUM_PATH")
    if not path:
        pytest.skip("CHROMIUM_PATH names no browser; see «make test»")
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop in this thread, and Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> None:
    """The migrations run once in a run of `make test`; see `tests/shared.py`."""
    if os.environ.get("TESTS_SHARED_DIR"):
        shared.begin_from_a_copy(shared.run_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="module")
def demo_street(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The loaded demo under this module's tests; what they change is rolled back."""
    if connection.vendor != "sqlite":
        pytest.skip("the demo is kept loaded as an SQLite file")
    own = tmp_path_factory.getbasetemp()
    with (
        django_db_blocker.unblock(),
        shared.on_the_demo(shared.run_folder(own), own),
    ):
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    """Numbers of rows come again after each test's rollback, and what is kept under them
    would be about somebody else: a learner taken for the staff of the test before. A
    page in English leaves its language in the thread.
    """
    translation.activate(settings.LANGUAGE_CODE)
    cache.clear()
    heartbeat.contents.forget()
    # Django puts its own back where a test changes the languages.
    thread_locals.keep_by_thread()


@pytest.fixture
def without_second_factor(settings: Any) -> None:
    """Staff of tests sign in by `force_login`; the second factor has its own tests."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def centre_school(db: Any) -> SchoolPage:
    return factories.make_school("centre", title="社区教育中心", level=Level.CENTRE)


@pytest.fixture
def school_a(db: Any) -> SchoolPage:
    return factories.make_school("school-a", title="甲市民学校")


@pytest.fixture
def school_b(db: Any) -> SchoolPage:
    return factories.make_school("school-b", title="乙市民学校")


@pytest.fixture
def teacher_a(school_a: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("teacher_a", school_a, Role.TEACHER)


@pytest.fixture
def other_teacher_a(school_a: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("other_teacher_a", school_a, Role.TEACHER)


@pytest.fixture
def clerk_a(school_a: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("clerk_a", school_a, Role.CLERK)


@pytest.fixture
def principal_a(school_a: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("principal_a", school_a, Role.PRINCIPAL)


@pytest.fixture
def teacher_b(school_b: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("teacher_b", school_b, Role.TEACHER)


@pytest.fixture
def clerk_b(school_b: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("clerk_b", school_b, Role.CLERK)


@pytest.fixture
def editor(centre_school: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("editor", centre_school, Role.EDITOR)


@pytest.fixture
def director(centre_school: SchoolPage, without_second_factor: None) -> Any:
    return factories.make_staff("director", centre_school, Role.DIRECTOR)


@pytest.fixture
def site_admin(centre_school: SchoolPage, without_second_factor: None) -> Any:
    """Runs the site: a superuser, as the README says a site admin is made."""
    return factories.make_staff(
        "site_admin", centre_school, Role.SITE_ADMIN, is_superuser=True
    )


@pytest.fixture
def learner(db: Any) -> Any:
    return factories.make_learner("learner")


@pytest.fixture
def course_a(school_a: SchoolPage, teacher_a: Any) -> CoursePage:
    profile = StaffProfile.objects.get(user=teacher_a, school=school_a)
    return factories.make_course(school_a, "mian", profile, title="甲校揉面")


@pytest.fixture
def course_b(school_b: SchoolPage, teacher_b: Any) -> CoursePage:
    profile = StaffProfile.objects.get(user=teacher_b, school=school_b)
    return factories.make_course(school_b, "shouji", profile, title="乙校手机")


@pytest.fixture
def lesson_a(course_a: CoursePage) -> LessonPage:
    return factories.make_text_lesson(course_a, "甲校第一课")


@pytest.fixture
def lesson_b(course_b: CoursePage) -> LessonPage:
    return factories.make_text_lesson(course_b, "乙校第一课")
