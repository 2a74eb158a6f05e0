"""S-PRIV: nobody gets by a form, a copy or a preview what their role does not give."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import get_resolver, reverse
from wagtail.models import Comment, Page

from courses.models import CourseIndexPage
from schools.choices import Role
from schools.models import Membership
from tests.factories import section
from tests.schools.admin_forms import COMMENTS, lesson_data
from tests.schools.foreign import CANARY, make_foreign
from tests.site.matrix import MATRIX
from tests.site.test_access import routes
from tests.site.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign(school_a):
    return make_foreign()


def url(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


# --- S-PRIV-1: copying ----------------------------------------------------------------


def test_nobody_brings_another_schools_page_into_the_own(
    client, teacher_a, school_a, course_a, foreign
):
    """S-PRIV-1: copied, moved, taken as an alias: refused, and there is no new page.

    By the courses' own way of sharing too, for what was not offered."""
    client.force_login(teacher_a)
    own = section(school_a, CourseIndexPage)
    before = list(Page.objects.order_by("path").values_list("pk", "path", "title"))
    for page in foreign.pages.values():
        for destination in (own, course_a):
            copy = {
                "new_title": "拿来",
                "new_slug": "na-lai",
                "new_parent_page": destination.pk,
                "copy_subpages": "on",
                "alias": "on",
            }
            for address in (
                url("copy", page.pk),
                url("move", page.pk),
                url("move_confirm", page.pk, destination.pk),
                url("convert_alias", page.pk),
                f"/admin/bulk/wagtailcore/page/move/?id={page.pk}",
            ):
                answer = client.post(address, {**copy, "chooser": destination.pk})
                assert answer.status_code in (403, 404), address
    shared = reverse("desk:shared_course", args=[987654])
    assert client.post(shared, {"school": school_a.pk}).status_code == 404
    after = list(Page.objects.order_by("path").values_list("pk", "path", "title"))
    assert after == before


def test_there_is_no_translating_and_no_snippet_to_copy():
    """S-PRIV-1: what Wagtail's advisories are about is not installed."""
    assert not [app for app in apps.app_configs if "translat" in app]
    names = {
        str(name) for name in _names(get_resolver()) if "translat" in str(name).lower()
    }
    assert names <= {"translations"}


def _names(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _names(entry)
        else:
            yield entry.name


# --- S-PRIV-2: fields that no form shows --------------------------------------------------


FORGED = {
    "owner": "1", "owner_id": "1", "user": "1", "user_id": "1", "learner": "1",
    "learner_id": "1", "school": "1", "school_id": "1", "run": "1", "enrolment_id": "1",
    "seats_taken": "0", "capacity": "9999", "live": "on", "is_live": "on", "role": "director",
    "is_superuser": "on", "is_staff": "on", "is_active": "", "groups": "1",
    "state": "completed", "is_preview": "on", "certificate": "1", "serial": "1",
    "granted_by": "1", "created_at": "2020-01-01", "pk": "1", "id": "1",
}  # fmt: skip
GIVES = ("owner", "school", "live", "role", "is_superuser", "is_staff", "is_active",
         "capacity", "seats_taken", "user", "learner", "state", "enrolment")  # fmt: skip
OURS = ("accounts", "activities", "attendance", "core", "courses", "learning", "news",
        "schools", "wagtailcore")  # fmt: skip


def rights():
    """Of every row of the site: whose it is, and what it gives."""
    found = {}
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.local_concrete_fields
            if field.name in GIVES and not field.primary_key
        ]
        if names and model._meta.app_label in OURS:
            rows = model._base_manager.order_by("pk").values_list(*names)
            found[model._meta.label] = list(rows)
    found["groups"] = sorted(
        get_user_model().groups.through.objects.values_list("user_id", "group_id")
    )
    return found


@pytest.mark.long
@pytest.mark.parametrize("role", ["enrolled", "clerk_a"])
def test_fields_that_no_form_shows_are_ignored(client, request, world, role):
    """S-PRIV-2: each route that takes a form does the same with all of them as without."""
    sign_in(client, request, world, role)
    wrong, sent = [], 0
    for row in MATRIX:
        if row.method != "post":
            continue
        address = reverse(row.name, args=[world[name] for name in row.args])
        said = []
        extra = {k: v for k, v in FORGED.items() if k not in (row.data or {})}
        for data in (row.data or {}, {**extra, **(row.data or {})}):
            before = transaction.savepoint()
            response = client.post(address, data)
            said.append((response.status_code, rights()))
            transaction.savepoint_rollback(before)
        sent += said[0][0] == 302
        if said[0] != said[1]:
            changed = [k for k in said[0][1] if said[0][1][k] != said[1][1].get(k)]
            wrong.append((row.name, said[0][0], said[1][0], changed))
    assert not wrong
    assert sent > 8


@pytest.mark.parametrize("who", ["teacher_a", "clerk_a", "principal_a", "editor"])
def test_settings_are_the_site_admins(client, request, who):
    """S-PRIV-2"""
    client.force_login(request.getfixturevalue(who))
    names = [path for path, _view in routes() if path.startswith("admin/settings/")]
    assert names
    for address in ("/admin/settings/core/sitesettings/", "/admin/sites/",
                    "/admin/settings/core/sitesettings/1/"):  # fmt: skip
        for method in ("get", "post"):
            answer = getattr(client, method)(address, {"name": "我的网站"})
            assert answer.status_code == 403, address


# --- S-PRIV-3: formsets -------------------------------------------------------------------


def comment_rows(comment, **more):
    return COMMENTS | {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "1",
        "comments-0-id": str(comment.pk),
        "comments-0-text": "改了",
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "",
        **more,
    }


def test_a_formset_does_not_reach_another_pages_rows(
    client, teacher_a, lesson_a, foreign
):
    """S-PRIV-3: Wagtail's comments are the one formset of the site."""
    theirs = Comment.objects.create(
        page=foreign.pages["lesson"],
        user=foreign.teacher,
        text=f"{CANARY} 请改",
        contentpath="title",
    )
    client.force_login(teacher_a)
    client.raise_request_exception = False
    for more in (
        {},
        {"comments-0-DELETE": "on"},
        {"comments-0-resolved": "on"},
        {"comments-INITIAL_FORMS": "0"},
        {"comments-TOTAL_FORMS": "5000"},
        {"comments-TOTAL_FORMS": "-1"},
        {"comments-0-id": "abc"},
    ):
        data = lesson_data(title="改了") | comment_rows(theirs, **more)
        response = client.post(url("edit", lesson_a.pk), data)
        assert response.status_code < 500, more
        assert CANARY not in response.content.decode()
    theirs.refresh_from_db()
    assert (theirs.text, theirs.page_id) == (
        f"{CANARY} 请改",
        foreign.pages["lesson"].pk,
    )
    assert theirs.resolved_at is None


def test_there_is_no_formset_of_ours():
    """S-PRIV-3: whoever writes one finds the advisories here."""
    from django.conf import settings

    for app in settings.INSTALLED_APPS:
        folder = settings.BASE_DIR / app
        for file in folder.rglob("*.py") if folder.is_dir() else ():
            text = file.read_text("utf-8")
            assert not re.search(r"formset_factory|FormSet\b", text), file


# --- S-PRIV-4: the own role ---------------------------------------------------------------


@pytest.mark.parametrize("who", ["teacher_a", "clerk_a", "principal_a", "director"])
def test_nobody_raises_the_own_role(client, request, who, school_a, centre_school):
    """S-PRIV-4: at the desk; what the admin gives is closed to all of them
    (tests/schools/test_isolation.py). Certificates: tests/learning/test_certificates.py.
    """
    user = request.getfixturevalue(who)
    before = list(Membership.objects.filter(user=user).values_list("school", "role"))
    client.force_login(user)
    above = {Role.SITE_ADMIN, Role.DIRECTOR, Role.EDITOR}
    if who != "director":
        above.add(Role.PRINCIPAL)
    for school in (school_a, centre_school):
        for role in above - {one for _school, one in before}:
            form = {"person": user.username, "role": role}
            answer = client.post(reverse("desk:appoint", args=[school.pk]), form)
            if who == "director" and answer.status_code == 302:
                continue
            assert answer.status_code in (404, 422), (who, role)
    after = list(Membership.objects.filter(user=user).values_list("school", "role"))
    if who != "director":
        assert after == before
    assert not {role for _school, role in after} & {Role.SITE_ADMIN}
    user.refresh_from_db()
    assert not user.is_superuser


def test_there_is_no_report_builder_and_no_sql_of_people():
    """S-PRIV-4: no route takes a query."""
    for path, _view in routes():
        assert not {"sql", "builder", "console", "shell", "graphql"} & set(
            path.strip("^$").split("/")
        )


# --- S-PRIV-5: previews -------------------------------------------------------------------


def test_a_preview_of_what_is_not_own_is_that_of_what_does_not_exist(
    client, teacher_a, course_a, foreign
):
    """S-PRIV-5: 404, so that it does not even tell which pages there are."""
    client.force_login(teacher_a)
    for page in foreign.pages.values():
        known = client.post(url("preview_on_edit", page.pk), lesson_data())
        unknown = client.post(url("preview_on_edit", 987654), lesson_data())
        assert known.status_code == unknown.status_code == 404
        assert CANARY not in known.content.decode()
        assert client.get(url("preview_on_edit", page.pk)).status_code == 404
        add = url("preview_on_add", "courses", "lessonpage", page.pk)
        assert client.post(add, lesson_data()).status_code == 404
    before = Page.objects.count()
    add = url("preview_on_add", "courses", "lessonpage", course_a.pk)
    assert client.post(add, lesson_data()).json()["is_valid"]
    assert Page.objects.count() == before
