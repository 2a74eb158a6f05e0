"""Bringing the permissions of one group to what is wanted: adding and taking away."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from schools.choices import Role

# Names of our groups begin so; groups without it are none of ours and left alone.
GROUP_PREFIX = "role:"
# Wagtail asks for the permissions of its own models, whatever models a site uses.
COLLECTION_MODELS = (
    ("wagtailimages", "image"),
    ("wagtaildocs", "document"),
    ("wagtailmedia", "media"),
)


def grant_pages(group: Group, wanted: dict[int, tuple[str, ...]]) -> None:
    """`wanted`: page → what the group may do from there down; nothing elsewhere."""
    codenames = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type=ContentType.objects.get_for_model(Page)
        )
    }
    pairs = {
        (page_id, codenames[f"{action}_page"].pk)
        for page_id, actions in wanted.items()
        for action in actions
    }
    held = {
        (row.page_id, row.permission_id): row
        for row in GroupPagePermission.objects.filter(group=group)
    }
    for pair, row in held.items():
        if pair not in pairs:
            row.delete()
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page_id=page_id, permission_id=permission)
            for page_id, permission in pairs - set(held)
        ]
    )


def grant_collections(group: Group, wanted: dict[int, bool]) -> None:
    """`wanted`: collection → whether the group also adds and changes, or only chooses."""
    pairs = set()
    for app_label, model in COLLECTION_MODELS:
        for collection_id, may_write in wanted.items():
            for action in ("add", "change", "choose") if may_write else ("choose",):
                permission = _file_permission(app_label, model, action)
                pairs.add((collection_id, permission.pk))
    held = {
        (row.collection_id, row.permission_id): row
        for row in GroupCollectionPermission.objects.filter(group=group)
    }
    for pair, row in held.items():
        if pair not in pairs:
            row.delete()
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(
                group=group, collection_id=collection_id, permission_id=permission
            )
            for collection_id, permission in pairs - set(held)
        ]
    )


def _file_permission(app_label: str, model: str, action: str) -> Permission:
    """Made where it is missing: wagtailmedia brings no permission to choose."""
    content_type = ContentType.objects.get_by_natural_key(app_label, model)
    permission, _new = Permission.objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_{model}",
        defaults={"name": f"Can {action} {model}"},
    )
    return permission


def grant_models(group: Group, *, admin: bool) -> None:
    """The door of the admin, the centre's word lists and helps, the site's settings."""
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    keep = list(wanted) if admin else []
    vocabulary = [f"{GROUP_PREFIX}centre:{r}" for r in (Role.EDITOR, Role.DIRECTOR)]
    if group.name in vocabulary:
        keep += list(
            Permission.objects.filter(
                content_type__app_label="courses",
                content_type__model__in=["category", "audience"],
            )
        )
        keep += list(
            Permission.objects.filter(
                content_type__app_label="core", content_type__model="helptext"
            )
        )
    if group.name == f"{GROUP_PREFIX}centre:{Role.SITE_ADMIN}":
        keep += list(
            Permission.objects.filter(
                content_type__app_label="core", content_type__model="sitesettings"
            )
        )
    group.permissions.set(keep)
