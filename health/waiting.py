"""Who waits too long: pages for a review, learners for an answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from wagtail.models import Page, TaskState, WorkflowState

from core.civil_time import civil_date
from learning.models import Conversation
from schools.models.review import ReviewState
from schools.review.deadline import review_deadline
from schools.review.reading import review_tasks
from schools.tree import SCHOOL_DEPTH


@dataclass(frozen=True)
class LateReview:
    """A page that should have been looked at by now."""

    page: Page
    school_id: int | None
    stage_words: str
    days: int
    due: date


@dataclass(frozen=True)
class LateReplies:
    """Learners of a school who wait for an answer longer than its rule allows.

    A number and no names: what somebody asked is for their school alone.
    """

    school_id: int
    number: int
    days: int
    # So many have waited longer than an inspection allows.
    over_limit: int


def late_reviews(
    branches: dict[str, int], whole_site: bool, at: datetime
) -> list[LateReview]:
    """Reviews whose day has passed, the oldest first; a fixed number of queries."""
    today = civil_date(at)
    states = [
        (one, due)
        for one in ReviewState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("workflow_state")
        .order_by("started_at", "pk")
        if (due := review_deadline(civil_date(one.started_at))) < today
    ]
    if not states:
        return []
    tasks = review_tasks()
    pages = Page.objects.in_bulk(
        [int(one.workflow_state.object_id) for one, _due in states]
    )
    found = []
    for state, due in states:
        page = pages.get(int(state.workflow_state.object_id))
        task = tasks.get(state.task_id)
        if page is None or task is None:
            continue
        school = branches.get(page.path[: SCHOOL_DEPTH * page.steplen])
        if school is None and not whole_site:
            continue
        days = (today - civil_date(state.started_at)).days
        found.append(LateReview(page, school, task.stage_words, days, due))
    return found


def late_replies(schools: list[int], at: datetime) -> list[LateReplies]:
    """How many wait at each school; who waits longest comes first. One query."""
    limit = timedelta(days=settings.CONTENT_HEALTH["reply_days"])
    rows = (
        Conversation.objects.late(at)
        .filter(enrolment__run__school__in=schools)
        .order_by()
        .values("enrolment__run__school_id")
        .annotate(
            number=Count("pk"),
            oldest=Min("waiting_since"),
            over_limit=Count("pk", filter=Q(waiting_since__lt=at - limit)),
        )
        .order_by("oldest")
    )
    return [
        LateReplies(
            school_id=row["enrolment__run__school_id"],
            number=row["number"],
            days=(civil_date(at) - civil_date(row["oldest"])).days,
            over_limit=row["over_limit"],
        )
        for row in rows
    ]
