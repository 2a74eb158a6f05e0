"""Sections, groups and permissions of schools, brought to one list in the settings.

Everything here is idempotent and also takes away: what is not in `SCHOOL_SECTIONS` any
more is revoked. `manage.py provision_schools` runs it for all schools after a migrate.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import (
    Collection,
    Page,
    PageSubscription,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from schools.choices import SCHOOL_STAFF_ROLES, Role
from schools.models import (
    SchoolCollection,
    SchoolIndexPage,
    SchoolPage,
)
from schools.services.grants import (
    GROUP_PREFIX,
    grant_collections,
    grant_models,
    grant_pages,
)

SHARED_COLLECTION = "公共资料"
# Roles at the centre and what they may do from the home page down. The site admin
# opens what somebody left locked, and makes schools (schools.admin), but writes none.
WRITING = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
CENTRE_PAGE_PERMISSIONS = {
    Role.EDITOR: WRITING,
    Role.DIRECTOR: WRITING,
    Role.SITE_ADMIN: ("unlock",),
}
# Roles that may enter the Wagtail admin at all.
ADMIN_ROLES = (*SCHOOL_STAFF_ROLES, Role.EDITOR, Role.DIRECTOR, Role.SITE_ADMIN)


@dataclass(frozen=True)
class Section:
    """One line of `settings.SCHOOL_SECTIONS`."""

    page_type: str
    slug: str
    title: str
    roles: dict[str, list[str]]
    workflow: str = ""

    @property
    def model(self) -> Any:
        return apps.get_model(self.page_type)


def sections() -> list[Section]:
    """The sections that every school has."""
    lines: list[dict[str, Any]] = settings.SCHOOL_SECTIONS
    return [Section(**line) for line in lines]


def school_group(school: Any, role: str) -> Group:
    """The group of one role at one school; made where it is missing."""
    group, _new = Group.objects.get_or_create(name=f"{GROUP_PREFIX}{school.pk}:{role}")
    return group


def centre_group(role: str) -> Group:
    """The group of a role that concerns every school."""
    group, _new = Group.objects.get_or_create(name=f"{GROUP_PREFIX}centre:{role}")
    return group


@transaction.atomic
def provision_centre() -> None:
    """Groups and permissions of the centre's roles, the review and the shared library.

    Nothing is granted at the root of the page tree.
    """
    _shared_collection()
    for role in (Role.EDITOR, Role.DIRECTOR, Role.SITE_ADMIN):
        grant_models(centre_group(role), admin=role in ADMIN_ROLES)
    index = SchoolIndexPage.objects.first()
    for role, wanted in CENTRE_PAGE_PERMISSIONS.items():
        if index is not None:
            home = index.get_parent()
            grant_pages(centre_group(role), {home.pk: wanted})
        if "change" in wanted:
            grant_collections(
                centre_group(role), {Collection.get_first_root_node().pk: True}
            )
    for name in settings.REVIEW_WORKFLOWS:
        review_workflow(name)


def review_workflow(name: str) -> Workflow:
    """The workflow of that name in `settings.REVIEW_WORKFLOWS`, with its tasks in order.

    A task that stands in it and is none of them is ended: what waited there waits for the
    next one, and what had come back is handed in anew.
    """
    wanted = settings.REVIEW_WORKFLOWS[name]
    workflow, _new = Workflow.objects.get_or_create(name=wanted["title"])
    kept = [
        _ensure_task(workflow, place, line)
        for place, line in enumerate(wanted["tasks"])
    ]
    for other in workflow.workflow_tasks.exclude(task__in=kept):
        returned = WorkflowState.objects.filter(
            status=WorkflowState.STATUS_NEEDS_CHANGES,
            current_task_state__task=other.task,
        )
        for state in returned:
            state.cancel()
        other.task.deactivate()
        other.delete()
    return workflow


def _ensure_task(workflow: Workflow, place: int, line: dict[str, Any]) -> Any:
    """The task of that line, active, at its place in the workflow."""
    model: Any = apps.get_model(line["task"])
    facts = line.get("facts", {})
    in_workflow = workflow.workflow_tasks.values("task")
    task = model.objects.filter(pk__in=in_workflow, active=True, **facts).first()
    if task is None:
        task = model.objects.create(name=line["name"], **facts)
    WorkflowTask.objects.update_or_create(
        workflow=workflow, task=task, defaults={"sort_order": place}
    )
    return task


@transaction.atomic
def provision_school(*, school: Any) -> None:
    """Bring one school to the list: sections, collection, groups, permissions, review."""
    collection = _school_collection(school)
    page_permissions: dict[str, dict[int, tuple[str, ...]]] = {
        role: {} for role in SCHOOL_STAFF_ROLES
    }
    for section in sections():
        page = _ensure_section(school, section)
        for role, wanted in section.roles.items():
            page_permissions[role][page.pk] = tuple(wanted)
        _set_workflow(page, section.workflow)
    _end_other_workflows(school)
    for role in SCHOOL_STAFF_ROLES:
        group = school_group(school, role)
        grant_models(group, admin=role in ADMIN_ROLES)
        grant_pages(group, page_permissions[role])
        grant_collections(group, {collection.pk: True, _shared_collection().pk: False})


def provision_all() -> int:
    """The centre, every school and everybody with a role; how many schools there are."""
    provision_centre()
    schools = list(SchoolPage.objects.all())
    for school in schools:
        provision_school(school=school)
    for user in (
        get_user_model()
        .objects.filter(groups__name__startswith=GROUP_PREFIX)
        .distinct()
    ):
        sync_groups_of(user=user)
    return len(schools)


def sync_groups_of(*, user: Any) -> None:
    """Give the person exactly the groups of the memberships that hold today.

    Two queries where nothing changed. Groups that are none of ours are left alone.
    """
    held = user.memberships.active().staff().values_list("school_id", "role")
    wanted = {
        f"{GROUP_PREFIX}{school_id}:{role}"
        if role in SCHOOL_STAFF_ROLES
        else f"{GROUP_PREFIX}centre:{role}"
        for school_id, role in held
    }
    current = {
        group.name: group for group in user.groups.filter(name__startswith=GROUP_PREFIX)
    }
    gone = [group for name, group in current.items() if name not in wanted]
    missing = wanted - set(current)
    if gone:
        user.groups.remove(*gone)
    if missing:
        user.groups.add(*Group.objects.filter(name__in=missing))
    if gone:
        _end_subscriptions(user)
    if gone or missing:
        _forget_cached_permissions(user)


def _end_subscriptions(user: Any) -> None:
    """Who lost a role gets no more mail about comments on pages.

    Wagtail asks for no permission when it sends; subscriptions to pages that the
    person still works on come back with the next visit to the page.
    """
    PageSubscription.objects.filter(user=user).delete()


def _forget_cached_permissions(user: Any) -> None:
    # Django and Wagtail keep what they have read on the user object.
    for name in [key for key in user.__dict__ if "perm" in key and "cache" in key]:
        del user.__dict__[name]


def _ensure_section(school: Any, section: Section) -> Page:
    known = section.model.objects.child_of(school).first()
    if known is not None:
        page: Page = known
        return page
    page = section.model(title=section.title, slug=section.slug)
    school.add_child(instance=page)
    return page


def _school_collection(school: Any) -> Collection:
    """The school's collection; it follows the school when that is renamed."""
    name = f"{school.title}（{school.slug}）"[:255]
    known = SchoolCollection.objects.filter(school=school).first()
    if known is None:
        collection = Collection.get_first_root_node().add_child(name=name)
        SchoolCollection.objects.create(school=school, collection=collection)
        return collection
    if known.collection.name != name:
        known.collection.name = name
        known.collection.save(update_fields=["name"])
    return known.collection


def collection_of(school: Any) -> Collection:
    """The collection of a school's own pictures, files and media."""
    return _school_collection(school)


def _shared_collection() -> Collection:
    root = Collection.get_first_root_node()
    known = root.get_children().filter(name=SHARED_COLLECTION).first()
    return known or root.add_child(name=SHARED_COLLECTION)


def shared_collection() -> Collection:
    """The library from which every school may choose."""
    return _shared_collection()


def _set_workflow(page: Page, name: str) -> None:
    if not name:
        WorkflowPage.objects.filter(page=page).delete()
        return
    WorkflowPage.objects.update_or_create(
        page=page, defaults={"workflow": review_workflow(name)}
    )


def _end_other_workflows(school: Any) -> None:
    """A section that left the list is reviewed no more."""
    listed = [section.model for section in sections()]
    for review in WorkflowPage.objects.filter(page__path__startswith=school.path):
        if review.page.specific_class not in listed:
            review.delete()


__all__ = [
    "collection_of",
    "provision_all",
    "provision_centre",
    "provision_school",
    "sections",
    "shared_collection",
    "sync_groups_of",
]
