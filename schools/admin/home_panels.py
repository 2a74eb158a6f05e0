"""The panels of the admin's first page, narrowed to the schools of the person.

Wagtail shows what somebody edited, sent to review or locked, whether or not they still
work there.
"""

from typing import Any

from wagtail.admin.views.home import (
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
)
from wagtail.models import Page

from schools.admin.scope import scope_of


class OwnRecentEditsPanel(RecentEditsPanel):
    """Recent edits, of own schools only."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        scope = scope_of(parent_context["request"].user)
        context["last_edits"] = [
            (moment, page) for moment, page in context["last_edits"] if scope.owns(page)
        ]
        return context


class OwnInReviewPanel(UserObjectsInWorkflowModerationPanel):
    """What waits for the editor's review, of own schools only."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        scope = scope_of(parent_context["request"].user)
        context["workflow_states"] = [
            state
            for state in context["workflow_states"]
            if isinstance(state.content_object, Page)
            and scope.owns(state.content_object)
        ]
        return context
