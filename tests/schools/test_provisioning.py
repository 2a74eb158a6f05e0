"""Sections, groups and permissions follow one list, and memberships follow the date."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageSubscription,
    Task,
    Workflow,
    WorkflowPage,
)

from core.civil_time import civil_date
from courses.models import CourseIndexPage
from news.models import NewsIndexPage
from schools.choices import Role
from schools.models import Membership, SchoolCollection
from schools.services.membership import appoint, end_membership, hand_over
from schools.services.provisioning import provision_all, sync_groups_of
from schools.services.schools import create_school
from tests.factories import make_person, section

pytestmark = pytest.mark.django_db

COUNTED = (
    Page,
    Group,
    Collection,
    SchoolCollection,
    GroupPagePermission,
    GroupCollectionPermission,
    Workflow,
    WorkflowPage,
    Task,
)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def page_permissions(school, role):
    group = Group.objects.get(name=f"role:{school.pk}:{role}")
    return {
        (row.page.slug, row.permission.codename)
        for row in group.page_permissions.select_related("page", "permission")
    }


def test_running_it_again_changes_nothing(school_a, school_b):
    before = counts()
    assert provision_all() == 2
    call_command("provision_schools", verbosity=0)
    create_school(slug="school-a", title="甲市民学校")
    assert counts() == before


def test_each_role_has_the_permissions_of_the_list_and_no_more(school_a):
    assert page_permissions(school_a, Role.TEACHER) == {
        ("courses", "add_page"),
        ("news", "add_page"),
    }
    for role in (Role.CLERK, Role.PRINCIPAL):
        assert page_permissions(school_a, role) == {
            (slug, f"{action}_page")
            for slug in ("courses", "news", "notices", "brands")
            for action in ("add", "change")
        }
    root = Collection.get_first_root_node()
    for group in Group.objects.filter(name__startswith=f"role:{school_a.pk}:"):
        assert not group.collection_permissions.filter(collection=root).exists()
        codenames = set(group.permissions.values_list("codename", flat=True))
        assert codenames == {"access_admin"}


def test_what_leaves_the_list_is_revoked(school_a, settings):
    courses_only = [
        line for line in settings.SCHOOL_SECTIONS if line["slug"] == "courses"
    ]
    courses_only[0] = courses_only[0] | {"roles": {"teacher": ["add"]}}
    settings.SCHOOL_SECTIONS = courses_only
    provision_all()
    assert page_permissions(school_a, Role.TEACHER) == {("courses", "add_page")}
    assert page_permissions(school_a, Role.CLERK) == set()
    news = section(school_a, NewsIndexPage)
    assert not WorkflowPage.objects.filter(page=news).exists()
    assert WorkflowPage.objects.filter(page=section(school_a, CourseIndexPage)).exists()


def test_a_permission_given_by_hand_is_taken_away(school_a):
    group = Group.objects.get(name=f"role:{school_a.pk}:teacher")
    stray = GroupPagePermission.objects.filter(group=group).first()
    GroupPagePermission.objects.create(
        group=group, page=Page.objects.get(depth=2), permission=stray.permission
    )
    provision_all()
    assert page_permissions(school_a, Role.TEACHER) == {
        ("courses", "add_page"),
        ("news", "add_page"),
    }


def test_a_renamed_school_keeps_its_collection(school_a):
    kept = SchoolCollection.objects.get(school=school_a).collection_id
    school_a.title = "甲街市民学校"
    school_a.save()
    provision_all()
    collection = SchoolCollection.objects.get(school=school_a).collection
    assert collection.pk == kept
    assert collection.name.startswith("甲街市民学校")


def test_a_role_that_ends_by_date_opens_nothing_at_the_next_request(
    client, teacher_a, course_a
):
    edit = reverse("wagtailadmin_pages:edit", args=(course_a.pk,))
    client.force_login(teacher_a)
    assert client.get(edit).status_code == 200
    yesterday = civil_date() - timedelta(days=1)
    # As when midnight passes: no service runs, only the date is over.
    Membership.objects.filter(user=teacher_a).update(until=yesterday)
    for address in (edit, "/admin/", "/admin/images/", "/admin/choose-page/"):
        assert client.get(address).status_code == 403
    assert not teacher_a.groups.exists()


def test_who_moves_to_another_school_loses_the_first_at_once(
    client, teacher_a, course_a, school_b, course_b
):
    client.force_login(teacher_a)
    appoint(user=teacher_a, school=school_b, role=Role.CLERK)
    first = Membership.objects.get(user=teacher_a, role=Role.TEACHER)
    for page in (course_a, course_b):
        address = reverse("wagtailadmin_pages:edit", args=(page.pk,))
        assert client.get(address).status_code == 200
    end_membership(membership=first, by=teacher_a)
    address = reverse("wagtailadmin_pages:edit", args=(course_a.pk,))
    assert client.get(address).status_code == 404
    address = reverse("wagtailadmin_pages:edit", args=(course_b.pk,))
    assert client.get(address).status_code == 200


def test_the_last_day_still_counts(client, teacher_a, course_a):
    client.force_login(teacher_a)
    Membership.objects.filter(user=teacher_a).update(until=civil_date())
    edit = reverse("wagtailadmin_pages:edit", args=(course_a.pk,))
    assert client.get(edit).status_code == 200


def test_a_role_that_begins_later_opens_nothing_yet(school_a):
    user = make_person("later")
    appoint(
        user=user,
        school=school_a,
        role=Role.CLERK,
        since=civil_date() + timedelta(days=1),
    )
    assert not user.groups.exists()
    Membership.objects.filter(user=user).update(since=civil_date())
    sync_groups_of(user=user)
    assert [group.name for group in user.groups.all()] == [f"role:{school_a.pk}:clerk"]


def test_handing_over_keeps_both_records(school_a, clerk_a):
    heir = make_person("heir")
    old = Membership.objects.get(user=clerk_a)
    hand_over(membership=old, to=heir, by=clerk_a)
    assert not clerk_a.groups.exists()
    assert heir.groups.filter(name=f"role:{school_a.pk}:clerk").exists()
    assert Membership.objects.filter(school=school_a, role=Role.CLERK).count() == 2


def test_who_lost_a_role_gets_no_mail_about_comments(teacher_a, course_a):
    PageSubscription.objects.create(
        user=teacher_a, page=course_a, comment_notifications=True
    )
    Membership.objects.filter(user=teacher_a).update(
        until=civil_date() - timedelta(days=1)
    )
    provision_all()
    assert not PageSubscription.objects.filter(user=teacher_a).exists()
    assert not teacher_a.groups.exists()


def test_groups_that_are_none_of_ours_are_left_alone(teacher_a):
    other = Group.objects.create(name="读书会")
    teacher_a.groups.add(other)
    sync_groups_of(user=teacher_a)
    assert other in teacher_a.groups.all()
