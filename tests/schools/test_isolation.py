"""Every route of the Wagtail admin, asked by staff of school A for school B.

One sweep over the resolver, so that no view is forgotten: nothing of B is in an answer,
nothing of B changes, and nothing answers 500 (security §4).
"""

import itertools

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from wagtail.models import Page

from core.models import SiteImage
from schools.services.provisioning import shared_collection
from tests import factories
from tests.isolation.page_rows import make_moved
from tests.schools.admin_forms import course_data
from tests.schools.foreign import CANARY, WORD, make_foreign, name, snapshot

pytestmark = pytest.mark.django_db
STAFF = ("teacher_a", "clerk_a", "principal_a")
BULK_ACTIONS = [
    "delete",
    "publish",
    "unpublish",
    "move",
    "add_tags",
    "add_to_collection",
    "assign_role",
    "set_active_state",
]
REPORTS = [
    "locked_pages",
    "workflow",
    "workflow_tasks",
    "site_history",
    "aging_pages",
    "page_types_usage",
]
SKIPPED = {"wagtailadmin_logout", "wagtailadmin_error_test"}


@pytest.fixture
def foreign(school_a):
    return make_foreign()


@pytest.fixture
def moved(school_a, foreign):
    """A clerk of B until yesterday, whose groups nobody has put right; teaches at A."""
    return make_moved(school_a, foreign.school)


def admin_routes():
    """Each named route below /admin/: name, and the names of its arguments."""
    entry = next(
        one
        for one in get_resolver().url_patterns
        if str(one.pattern) == "admin/" and hasattr(one, "url_patterns")
    )
    yield from _routes(entry.url_patterns, [], [])


def _routes(patterns, spaces, arguments):
    for one in patterns:
        own = arguments
        if not isinstance(one.pattern, RegexPattern):
            own = [*arguments, *one.pattern.converters]
        if isinstance(one, URLPattern):
            if one.name:
                yield ":".join([*spaces, one.name]), own, one.pattern
        else:
            inner = [*spaces, one.namespace] if one.namespace else spaces
            yield from _routes(one.url_patterns, inner, own)


def addresses(foreign):
    """Each route with every fitting key of school B."""
    for route, arguments, pattern in admin_routes():
        if route in SKIPPED:
            continue
        if isinstance(pattern, RegexPattern):
            yield from _regex_addresses(route, foreign)
            continue
        for values in itertools.product(
            *(foreign.keys.get(one, [1]) for one in arguments)
        ):
            yield reverse(route, kwargs=dict(zip(arguments, values, strict=True)))
    yield from _dialogues(foreign)
    yield from _bulk_actions(foreign)


def _dialogues(foreign):
    for page in foreign.pages.values():
        yield f"/admin/api/main/pages/{page.pk}/"
        yield f"/admin/api/main/pages/?child_of={page.pk}&for_explorer=1"
        yield f"/admin/api/main/pages/?descendant_of={page.pk}&fields=*"
        yield f"/admin/choose-page/chosen-multiple/?id={page.pk}"
        yield f"/admin/choose-page/{page.pk}/?page_type=courses.lessonpage"
    yield f"/admin/images/chooser/chosen-multiple/?id={foreign.image.pk}"
    yield f"/admin/documents/chooser/chosen-multiple/?id={foreign.document.pk}"
    yield "/admin/tag-autocomplete/?term=find"


def _bulk_actions(foreign):
    for kind, keys in (
        ("wagtailcore/page", [page.pk for page in foreign.pages.values()]),
        ("core/siteimage", [foreign.image.pk]),
        ("core/sitedocument", [foreign.document.pk]),
        ("accounts/user", [foreign.teacher.pk]),
    ):
        chosen = [*(f"id={key}" for key in keys), "id=all", "id=all&childOf=1"]
        for action, some in itertools.product(BULK_ACTIONS, chosen):
            yield f"/admin/bulk/{kind}/{action}/?{some}"


def _regex_addresses(route, foreign):
    if route == "wagtailadmin_pages:revisions_compare":
        for old, new in (("earliest", "latest"), ("live", foreign.revision)):
            args = (foreign.pages["lesson"].pk, old, new)
            yield reverse(route, args=args)
    elif route.startswith("wagtailmedia:"):
        yield reverse(route, kwargs={"media_type": "video"})


def lists():
    """Lists, searches, choosers, reports with their exports."""
    for route, arguments, pattern in admin_routes():
        if arguments or isinstance(pattern, RegexPattern) or route in SKIPPED:
            continue
        address = reverse(route)
        yield address
        yield f"{address}?q={WORD}"
        if "report" in address or "history" in address:
            yield f"{address}?export=csv"
            yield f"{address}?export=xlsx"
    yield from (
        f"/admin/media/chooser/video/?q={WORD}",
        "/admin/media/chooser/video/",
        f"/admin/choose-page/search/?q={WORD}&page_type=courses.coursepage",
        "/admin/choose-page/?page_type=courses.lessonpage",
        f"/admin/api/main/pages/?search={WORD}",
        "/admin/api/main/pages/?child_of=root&for_explorer=1",
        "/admin/api/main/pages/?type=courses.CoursePage&fields=*",
        "/admin/api/main/images/",
        "/admin/api/main/documents/",
        "/admin/pages/usage/courses/coursepage/",
    )


def html(client, address):
    """What a dialogue of the admin shows."""
    return client.get(address).json()["html"]


def leaks(response):
    body = b"".join(response) if response.streaming else response.content
    text = body.decode("utf-8", "replace") + str(response.headers)
    return CANARY.lower() in text.lower()


def sweep(client, all_addresses, data):
    """What went wrong, as a list of sentences."""
    wrong = []
    client.raise_request_exception = False
    for address in all_addresses:
        for method in ("get", "post"):
            response = getattr(client, method)(
                address, data if method == "post" else {}
            )
            if response.status_code >= 500:
                wrong.append(f"{method} {address}: {response.status_code}")
            if leaks(response):
                wrong.append(f"{method} {address}: canary ({response.status_code})")
    return wrong


@pytest.mark.long
@pytest.mark.parametrize("who", ["moved", "principal_a"])
def test_no_route_shows_or_changes_another_school(client, request, who, foreign):
    client.force_login(request.getfixturevalue(who))
    before = snapshot(foreign)
    forged = {
        **course_data(title="改掉"),
        "action-publish": "1",
        "action-submit": "1",
        "new_title": "抄走",
        "new_slug": "stolen",
        "new_parent_page": foreign.pages["section"].pk,
        "parent_page": foreign.pages["section"].pk,
        "chooser": foreign.pages["course"].pk,
        "collection": foreign.collection.pk,
        "url": f"/schools/{foreign.school.slug}/",
        "external-link-chooser-url": f"/schools/{foreign.school.slug}/courses/",
        "external-link-chooser-link_text": "",
    }
    assert sweep(client, addresses(foreign), forged) == []
    assert snapshot(foreign) == before
    assert not Page.objects.filter(slug="stolen").exists()


@pytest.mark.parametrize("who", ["moved", "clerk_a"])
def test_no_list_shows_another_school(client, request, who, foreign, course_a):
    client.force_login(request.getfixturevalue(who))
    assert sweep(client, lists(), {}) == []
    explorer = reverse("wagtailadmin_explore", args=(course_a.get_parent().pk,))
    assert sweep(client, [explorer, f"{explorer}?q={WORD}"], {}) == []


def test_the_sweep_notices_a_missing_fence(client, teacher_a, foreign, settings):
    """A guard that is taken away is found: the sweep is no decoration."""
    settings.MIDDLEWARE = [
        one for one in settings.MIDDLEWARE if "SchoolFence" not in one
    ]
    client.force_login(teacher_a)
    some = [one for one in addresses(foreign) if "choos" in one or "choose" in one]
    wrong = sweep(client, some, {})
    assert any("select_format" in one for one in wrong)
    assert any("chosen-multiple" in one for one in wrong)


def test_the_centre_sees_what_a_school_does_not(client, editor, foreign):
    client.force_login(editor)
    for address in (
        f"/admin/pages/search/?q={WORD}",
        f"/admin/images/?q={WORD}",
        f"/admin/choose-page/search/?q={WORD}",
        reverse("wagtailadmin_reports:locked_pages"),
    ):
        assert CANARY in client.get(address).content.decode(), address


@pytest.mark.parametrize("who", [*STAFF, "editor", "director"])
def test_what_gives_rights_is_closed_to_everybody_below_the_site_admin(
    client, request, who, foreign
):
    user = request.getfixturevalue(who)
    client.force_login(user)
    groups = sorted(user.groups.values_list("name", flat=True))
    for address in (
        "/admin/users/",
        f"/admin/users/edit/{user.pk}/",
        "/admin/groups/",
        "/admin/groups/new/",
        "/admin/collections/",
        f"/admin/collections/{foreign.collection.pk}/",
        "/admin/workflows/list/",
        "/admin/workflows/add/",
        "/admin/workflows/tasks/index/",
        "/admin/sites/",
        "/admin/redirects/",
    ):
        assert client.get(address).status_code == 403, address
        forged = {"groups": "1", "is_superuser": "on", "role": "director"}
        assert client.post(address, forged).status_code == 403, address
    user.refresh_from_db()
    assert not user.is_superuser
    assert sorted(user.groups.values_list("name", flat=True)) == groups


@pytest.mark.parametrize("who", STAFF)
def test_reports_are_the_centres(client, request, who):
    client.force_login(request.getfixturevalue(who))
    for route in REPORTS:
        for suffix in ("", "_results"):
            address = reverse(f"wagtailadmin_reports:{route}{suffix}")
            assert client.get(address).status_code == 403
            assert client.get(f"{address}?export=csv").status_code == 403
    menu = client.get("/admin/").content.decode()
    assert "/admin/reports/" not in menu
    assert "/admin/settings/" not in menu


def test_staff_choose_from_own_and_shared_files(client, clerk_a, school_a, foreign):
    """«公共资料» may be chosen from, and is changed by the centre alone."""
    own = factories.make_image(school_a, "本校的图")
    shared = factories.make_image(None, "公共的图", shared_collection())
    shared_medium = factories.make_medium(None, "公共的视频", shared_collection())
    factories.make_document(None, "公共的文件", shared_collection())
    client.force_login(clerk_a)
    images = html(client, "/admin/images/chooser/")
    assert "本校的图" in images
    assert "公共的图" in images
    assert "公共的文件" in html(client, "/admin/documents/chooser/")
    assert "公共的视频" in html(client, "/admin/media/chooser/video/")
    chosen = client.get(f"/admin/media/chooser/{shared_medium.pk}/")
    assert chosen.json()["result"]["title"] == "公共的视频"
    assert client.get(f"/admin/images/{own.pk}/").status_code == 200
    assert client.post(f"/admin/images/{shared.pk}/delete/").status_code == 302
    assert SiteImage.objects.filter(pk=shared.pk).exists()


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("/admin/images/chooser/create/", "image-chooser-upload"),
        ("/admin/documents/chooser/create/", "document-chooser-upload"),
        ("/admin/images/add/", ""),
        ("/admin/documents/add/", ""),
    ],
)
def test_nothing_is_uploaded_into_another_schools_collection(
    client, teacher_a, foreign, address, prefix
):
    from wagtail.images.tests.utils import get_test_image_file

    client.force_login(teacher_a)
    before = snapshot(foreign)
    dash = f"{prefix}-" if prefix else ""
    for collection in (foreign.collection.pk, shared_collection().pk, 1):
        response = client.post(
            address,
            {
                f"{dash}title": "塞进去",
                f"{dash}file": get_test_image_file("x.png"),
                f"{dash}collection": collection,
            },
        )
        assert not leaks(response)
    assert snapshot(foreign) == before
    assert not SiteImage.objects.filter(
        collection_id__in=[1, shared_collection().pk]
    ).exists()


def test_files_have_no_tags_since_one_list_of_them_serves_the_whole_site(
    client, teacher_a, editor, school_a
):
    from taggit.models import Tag

    image = factories.make_image(school_a, "本校的图")
    for user in (teacher_a, editor):
        client.force_login(user)
        edit = f"/admin/images/{image.pk}/"
        form = client.get(edit).context["form"]
        assert "tags" not in form.fields
        collection = image.collection_id
        data = {"title": "新名字", "collection": collection, "tags": "秘密"}
        assert client.post(edit, data).status_code == 302
        bulk = f"/admin/bulk/core/siteimage/add_tags/?id={image.pk}"
        assert client.post(bulk, {"tags": "秘密"}).status_code == 403
        for address in ("/admin/documents/add/", "/admin/media/video/add/"):
            assert "tags" not in client.get(address).context["form"].fields
    assert not Tag.objects.exists()


def test_the_explorers_filters_name_no_staff_of_another_school(
    client, teacher_a, foreign, course_a
):
    client.force_login(teacher_a)
    address = reverse("wagtailadmin_explore", args=(course_a.get_parent().pk,))
    assert name("user") not in client.get(address).content.decode()


def test_an_address_of_another_school_is_not_turned_into_its_page(
    client, teacher_a, school_b, course_b
):
    """The live page is public; the title of its draft is not."""
    course_b.title = f"{CANARY} 新名字"
    course_b.save_revision()
    client.force_login(teacher_a)
    response = client.post(
        "/admin/choose-external-link/",
        {
            "external-link-chooser-url": course_b.url,
            "external-link-chooser-link_text": "",
        },
    )
    assert response.status_code == 200
    assert CANARY not in response.content.decode()


def test_the_first_page_forgets_what_one_edited_elsewhere(client, teacher_a, foreign):
    """Recent edits and reviews of a school where one works no more."""
    lesson = foreign.pages["lesson"]
    lesson.save_revision(user=teacher_a, log_action=True)
    Page.objects.filter(pk=lesson.pk).update(owner=teacher_a, locked_by=teacher_a)
    client.force_login(teacher_a)
    assert not leaks(client.get("/admin/"))


def test_what_is_not_own_looks_like_what_does_not_exist(client, teacher_a, foreign):
    """The same status and the same page, so that ids cannot be tried."""
    client.force_login(teacher_a)
    for kind, key in (
        ("pages/{}/edit/", foreign.pages["course"].pk),
        ("pages/{}/", foreign.pages["course"].pk),
        ("images/{}/", foreign.image.pk),
        ("documents/edit/{}/", foreign.document.pk),
        ("media/edit/{}/", foreign.medium.pk),
    ):
        known = client.get("/admin/" + kind.format(key))
        unknown = client.get("/admin/" + kind.format(987654))
        assert known.status_code == unknown.status_code == 404
        assert len(known.content) == len(unknown.content)


@pytest.mark.parametrize(
    ("who", "status"),
    [("editor", 200), ("director", 200), ("clerk_a", 403), ("teacher_a", 403)],
)
def test_the_word_lists_are_the_centres(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    for address in ("/admin/category/", "/admin/audience/", "/admin/category/new/"):
        assert client.get(address).status_code == status, address


def test_nonsense_instead_of_ids_is_no_error_of_the_site(client, editor, teacher_a):
    client.raise_request_exception = False
    for user in (editor, teacher_a):
        client.force_login(user)
        for query in ("id=abc", "id=-1", "id=1'", "id=%EF%BC%91", "id="):
            address = f"/admin/bulk/wagtailcore/page/delete/?{query}"
            assert client.get(address).status_code == 400
