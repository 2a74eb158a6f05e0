"""The tree is the tenancy: it does not move, and schools come from one place."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, Workflow

from courses.models import CourseIndexPage, CoursePage
from news.models import NewsIndexPage, NewsPage
from schools.choices import Role
from schools.exceptions import SchoolInUseError
from schools.models import SchoolCollection, SchoolIndexPage, SchoolPage
from tests.factories import make_news, make_staff, section
from tests.schools.admin_forms import course_data, school_data

pytestmark = pytest.mark.django_db

COURSE, NEWS = ("courses", "coursepage"), ("news", "newspage")


def refused(response):
    """Whether Wagtail or the fence said no: 403, 404, or back to the first page."""
    if response.status_code == 302:
        return response["Location"] == reverse("wagtailadmin_home")
    return response.status_code in (403, 404)


def test_no_permission_stands_at_the_root_and_wagtails_own_groups_are_gone(school_a):
    assert not GroupPagePermission.objects.filter(page__depth=1).exists()
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert [flow.name for flow in Workflow.objects.order_by("pk")] == [
        "课程审核",
        "新闻三审三校",
    ]


def test_the_tree_does_not_move_for_a_superuser_either(
    client, site_admin, course_a, lesson_a, course_b, school_a, school_b
):
    client.force_login(site_admin)
    item = make_news(school_a, "甲校新闻")
    moves = [
        (lesson_a, course_b),
        (course_a, section(school_b, CourseIndexPage)),
        (section(school_a, CourseIndexPage), school_b),
        (item, section(school_b, NewsIndexPage)),
        (school_a, Page.objects.get(depth=2)),
    ]
    for page, target in moves:
        page, target = page.specific, target.specific
        assert not page.permissions_for_user(site_admin).can_move()
        assert not page.permissions_for_user(site_admin).can_move_to(target)
        assert not page.can_move_to(target)
        for name, args in (
            ("move", (page.pk,)),
            ("move_confirm", (page.pk, target.pk)),
        ):
            url = reverse(f"wagtailadmin_pages:{name}", args=args)
            assert client.get(url).status_code == 403
            assert client.post(url).status_code == 403
        path = page.path
        url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "move"))
        form = {"chooser": target.pk}
        assert client.post(f"{url}?id={page.pk}", form).status_code == 403
        assert Page.objects.get(pk=page.pk).path == path


def test_courses_and_news_exist_only_under_a_school(client, site_admin, school_a):
    client.force_login(site_admin)
    for model, child, names in (
        (CourseIndexPage, CoursePage, COURSE),
        (NewsIndexPage, NewsPage, NEWS),
    ):
        of_site = model.objects.get(depth=3)
        assert not child.can_create_at(of_site)
        assert child.can_create_at(section(school_a, model))
        url = reverse("wagtailadmin_pages:add", args=(*names, of_site.pk))
        assert refused(client.get(url))
        assert refused(client.post(url, course_data()))
    assert not CoursePage.objects.exists()


def test_a_parent_has_one_list_of_a_kind(client, site_admin, school_a):
    client.force_login(site_admin)
    for parent in (school_a, Page.objects.get(depth=2)):
        for model in (CourseIndexPage, NewsIndexPage):
            assert not model.can_create_at(parent)
            app, name = model._meta.app_label, model._meta.model_name
            url = reverse("wagtailadmin_pages:add", args=(app, name, parent.pk))
            assert refused(client.post(url, {"title": "又一个", "slug": "again"}))
    assert CourseIndexPage.objects.child_of(school_a).count() == 1


def test_sections_and_schools_are_neither_copied_nor_deleted(
    client, site_admin, editor, school_a
):
    pages = [
        school_a,
        section(school_a, CourseIndexPage),
        SchoolIndexPage.objects.get(),
    ]
    for user in (site_admin, editor):
        client.force_login(user)
        for page in pages:
            url = reverse("wagtailadmin_pages:copy", args=(page.pk,))
            form = {
                "new_title": "又一所",
                "new_slug": "again",
                "new_parent_page": page.get_parent().pk,
                "copy_subpages": "on",
            }
            assert refused(client.get(url))
            assert refused(client.post(url, form))
    client.force_login(site_admin)
    for page in pages[1:]:
        url = reverse("wagtailadmin_pages:delete", args=(page.pk,))
        assert refused(client.post(url))
        assert Page.objects.filter(pk=page.pk).exists()
    assert SchoolPage.objects.filter(title="又一所").count() == 0


@pytest.mark.parametrize("who", ["site_admin", "editor", "clerk_a"])
def test_a_copy_does_not_leave_its_school(
    client, request, who, course_a, lesson_a, course_b, school_a, school_b
):
    client.force_login(request.getfixturevalue(who))
    item = make_news(school_a, "甲校新闻")
    before = Page.objects.count()
    for page, target in (
        (course_a, section(school_b, CourseIndexPage)),
        (lesson_a, course_b),
        (item, section(school_b, NewsIndexPage)),
    ):
        url = reverse("wagtailadmin_pages:copy", args=(page.pk,))
        form = {
            "new_title": "抄一份",
            "new_slug": "copied",
            "new_parent_page": target.pk,
            "copy_subpages": "on",
        }
        response = client.post(url, form)
        assert response.status_code in (404, 422)
        assert "乙校" not in response.content.decode()
        for key in ("", "abc", "999999"):
            response = client.post(url, form | {"new_parent_page": key})
            assert response.status_code in (404, 422)
    assert Page.objects.count() == before


def test_a_copy_within_the_school_is_a_draft_with_its_own_run(
    client, editor, course_a, lesson_a
):
    client.force_login(editor)
    url = reverse("wagtailadmin_pages:copy", args=(course_a.pk,))
    form = {
        "new_title": "揉面二",
        "new_slug": "mian-2",
        "new_parent_page": course_a.get_parent().pk,
        "copy_subpages": "on",
    }
    assert client.post(url, form).status_code == 302
    copy = CoursePage.objects.get(slug="mian-2")
    assert not copy.live
    assert copy.runs.count() == 1
    assert copy.get_children().count() == 1


def test_there_are_no_aliases(client, site_admin, course_a):
    client.force_login(site_admin)
    url = reverse("wagtailadmin_pages:copy", args=(course_a.pk,))
    form = {
        "new_title": "影子",
        "new_slug": "shadow",
        "new_parent_page": course_a.get_parent().pk,
        "alias": "on",
    }
    response = client.post(url, form)
    assert response.status_code == 422
    assert "别名" in response.content.decode()
    assert not CoursePage.objects.filter(slug="shadow").exists()
    url = reverse("wagtailadmin_pages:convert_alias", args=(course_a.pk,))
    assert client.post(url).status_code == 403
    for action in ("create_alias", "copy", "move", "publish", "delete"):
        url = f"/admin/api/main/pages/{course_a.pk}/action/{action}/"
        data = {"destination_page_id": course_a.get_parent().pk}
        assert client.post(url, data).status_code == 403


def test_pages_are_made_private_nowhere(client, site_admin, course_a):
    client.force_login(site_admin)
    url = reverse("wagtailadmin_pages:set_privacy", args=(course_a.pk,))
    assert client.get(url).status_code == 403
    assert client.post(url, {"restriction_type": "login"}).status_code == 403
    assert not course_a.get_view_restrictions().exists()


@pytest.mark.parametrize("who", ["director", "bare_admin"])
def test_a_school_made_by_the_form_is_provisioned(
    client, request, centre_school, who, without_second_factor
):
    if who == "bare_admin":
        user = make_staff("bare", centre_school, Role.SITE_ADMIN)
    else:
        user = request.getfixturevalue(who)
    client.force_login(user)
    index = SchoolIndexPage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=("schools", "schoolpage", index.pk))
    assert client.get(url).status_code == 200
    response = client.post(url, school_data() | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    school = SchoolPage.objects.get(slug="school-c")
    assert school.live
    assert school.level == "school"
    assert {page.slug for page in school.get_children()} == {
        "courses",
        "news",
        "notices",
        "brands",
    }
    assert Group.objects.filter(name__startswith=f"role:{school.pk}:").count() == 3
    assert SchoolCollection.objects.get(school=school).collection.name.startswith("丙")
    edit = reverse("wagtailadmin_pages:edit", args=(school.pk,))
    assert client.get(edit).status_code == 200


@pytest.mark.parametrize("who", ["editor", "principal_a", "clerk_a", "teacher_a"])
def test_nobody_else_makes_a_school(client, request, who):
    client.force_login(request.getfixturevalue(who))
    index = SchoolIndexPage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=("schools", "schoolpage", index.pk))
    assert refused(client.get(url))
    assert refused(client.post(url, school_data()))
    assert not SchoolPage.objects.filter(slug="school-c").exists()


def test_a_bare_site_admin_writes_no_course(
    client, centre_school, course_a, without_second_factor
):
    client.force_login(make_staff("bare", centre_school, Role.SITE_ADMIN))
    url = reverse("wagtailadmin_pages:edit", args=(course_a.pk,))
    assert refused(client.get(url))
    parent = course_a.get_parent()
    url = reverse("wagtailadmin_pages:add", args=(*COURSE, parent.pk))
    assert refused(client.get(url))


def test_a_school_with_people_or_courses_is_not_deleted(
    client, site_admin, school_a, teacher_a
):
    client.force_login(site_admin)
    url = reverse("wagtailadmin_pages:delete", args=(school_a.pk,))
    for response in (client.get(url), client.post(url)):
        assert response.status_code == 409
        assert "下架" in response.content.decode()
    with pytest.raises(SchoolInUseError):
        school_a.delete()
    assert SchoolPage.objects.filter(pk=school_a.pk).exists()


def test_a_school_made_by_mistake_is_deleted(client, director, school_a):
    client.force_login(director)
    url = reverse("wagtailadmin_pages:delete", args=(school_a.pk,))
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert not SchoolPage.objects.filter(pk=school_a.pk).exists()


def test_the_collection_of_a_school_is_not_deleted(client, site_admin, school_a):
    client.force_login(site_admin)
    kept = SchoolCollection.objects.get(school=school_a).collection
    url = reverse("wagtailadmin_collections:delete", args=(kept.pk,))
    assert client.post(url).status_code in (200, 302, 403)
    kept.refresh_from_db()
