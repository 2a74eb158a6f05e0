"""Reading for «写新闻»: the stories that one writes, with where each stands."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from core.pages import in_branches, with_workflow_states
from news.models import NewsPage
from news.permissions import schools_answered_for, schools_to_tell_of


@dataclass(frozen=True)
class StoryRow:
    """One story of the list, and its state in words."""

    page: NewsPage
    state: str
    is_returned: bool


def stories_of_writer(user: Any) -> QuerySet[NewsPage]:
    """One's own; and for who answers for a school, all of that school."""
    schools = schools_to_tell_of(user)
    answered = schools_answered_for(user)
    whole = in_branches(answered.values_list("path", flat=True))
    own = in_branches(schools.values_list("path", flat=True)) & Q(owner=user)
    found: QuerySet[NewsPage] = (
        NewsPage.objects.filter(whole | own)
        .defer("body")
        .order_by("-latest_revision_created_at", "-pk")
    )
    return found


def story_rows(stories: Any) -> list[StoryRow]:
    """The rows of these stories; the states of their reviews are read at once."""
    pages = with_workflow_states(stories)
    return [StoryRow(page, *_state_of(page)) for page in pages]


def _state_of(page: NewsPage) -> tuple[str, bool]:
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _("退回来了，要改"), True
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        return _("正在审核"), False
    if not page.live:
        return _("草稿"), False
    if page.has_unpublished_changes:
        return _("已发布，改动还没发布"), False
    return _("已发布"), False
