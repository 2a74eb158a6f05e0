"""The button by which an author hands a page in."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import (
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)


class HandOverMenuItem(SubmitForModerationMenuItem):
    """«交给编辑看看», the first time and after each return."""

    label = _("交给编辑看看")

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["label"] = self.label
        return context


def is_wagtails_review_item(item: Any) -> bool:
    """Whether the item is one of Wagtail's own for starting a review."""
    return isinstance(item, SubmitForModerationMenuItem | RestartWorkflowMenuItem)
