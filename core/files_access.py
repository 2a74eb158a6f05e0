"""Who may have an original file, asked of Wagtail's own permission policies."""

from typing import Any

from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, ReferenceIndex
from wagtailmedia.models import get_media_model
from wagtailmedia.permissions import permission_policy as media_policy

from core.routing import is_open_to_all

ACTIONS = ["choose", "change", "add"]


def may_read_original(user: Any, name: str) -> bool:
    """Whether a member of staff may have the original stored under that name."""
    kinds = (
        (get_image_model(), "file", image_policy),
        (get_document_model(), "file", document_policy),
        (get_media_model(), "file", media_policy),
        (get_media_model(), "thumbnail", media_policy),
    )
    for model, field, policy in kinds:
        found = model.objects.filter(**{field: name}).first()
        if found is not None:
            return bool(
                policy.user_has_any_permission_for_instance(user, ACTIONS, found)
            )
    return False


def may_read_document(user: Any, document: Any) -> bool:
    """Everybody, where a live public page shows it and no lesson; else its staff."""
    if is_shown_in_public(document):
        return True
    return bool(
        user.is_authenticated
        and document_policy.user_has_any_permission_for_instance(
            user, ACTIONS, document
        )
    )


def is_shown_in_public(document: Any) -> bool:
    """Whether a live page that everybody may read, other than a lesson, holds it."""
    references = ReferenceIndex.get_references_to(document).filter(
        base_content_type__in=_page_types()
    )
    ids = [reference.object_id for reference in references]
    pages = Page.objects.filter(is_open_to_all(), pk__in=ids).live().specific()
    # `is_gated_page` is True on page types whose content is not for everybody.
    return any(not getattr(page, "is_gated_page", False) for page in pages)


def _page_types() -> Any:
    from django.contrib.contenttypes.models import ContentType

    return [ContentType.objects.get_for_model(Page)]
