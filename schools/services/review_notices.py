"""Telling an author what came of the review, by message."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from core.models import OutboxMessage
from core.services.outbox import queue_message

RETURNED = "review_returned"
PUBLISHED = "review_published"


def tell_returned(*, state: Any, page: Any) -> None:
    """The page came back: why, and where the remarks are. In the decision's transaction."""
    _tell(state, page, RETURNED, reason=state.comment)


def tell_published(*, state: Any, page: Any) -> None:
    """The page is live: where residents find it."""
    _tell(state, page, PUBLISHED, public=page.full_url or "")


def _tell(state: Any, page: Any, template: str, **more: Any) -> None:
    author = state.workflow_state.requested_by
    if author is None or not author.is_active or not (author.phone or author.email):
        return
    channels = OutboxMessage.Channel
    path = reverse("desk:review_of_page", args=[page.pk])
    queue_message(
        dedupe_key=f"{template}:{state.pk}",
        channel=channels.SMS if author.phone else channels.EMAIL,
        recipient=author,
        template=template,
        params={
            "title": page.title,
            "link": f"{settings.WAGTAILADMIN_BASE_URL}{path}",
            **more,
        },
    )
