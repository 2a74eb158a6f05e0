"""What waits for a review, and what came back from one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Comment, Page, TaskState, WorkflowState
from wagtail.workflows import get_task_types

from core.civil_time import civil_date
from schools.models.review import PeerReviewTask, ReviewState
from schools.permissions import can_review
from schools.review.authors import is_own_work, own_paths
from schools.review.deadline import review_deadline
from schools.review.targets import editor_link, targets_of
from schools.tree import SCHOOL_DEPTH


@dataclass(frozen=True)
class Submission:
    """A page that waits: since when, until when, and from whom."""

    state: Any
    page: Any
    school_name: str
    days: int
    due: date
    is_late: bool
    stage_words: str = ""

    @property
    def by(self) -> Any:
        return self.state.workflow_state.requested_by


@dataclass(frozen=True)
class Remark:
    """One remark with the place that it speaks of."""

    text: str
    label: str
    link: str
    path: str


@dataclass(frozen=True)
class ReturnedPage:
    """A page that came back, why, and the remarks on it."""

    page: Any
    reason: str
    at: datetime | None
    remarks: list[Remark]


def submission_of(
    state: Any, page: Any, school_name: str = "", stage_words: str = ""
) -> Submission:
    """The page's waiting in days and words."""
    today, since = civil_date(), civil_date(state.started_at)
    due = review_deadline(since)
    return Submission(
        state, page, school_name, (today - since).days, due, today > due, stage_words
    )


def submissions_for(user: Any) -> list[Submission]:
    """What waits for a review by that person, oldest first; never their own work.

    A fixed number of queries; for who reviews nothing, the one for their roles.
    """
    if not can_review(user):
        return []
    tasks = review_tasks()
    states = list(
        ReviewState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            task__in=list(tasks),
        )
        .select_related("workflow_state__requested_by", "revision")
        .defer("revision__content")
        .order_by("started_at", "pk")
    )
    if not states:
        return []
    pages = Page.objects.select_related("latest_revision", "content_type").defer(
        "latest_revision__content"
    )
    found = pages.in_bulk([int(one.workflow_state.object_id) for one in states])
    paths = own_paths(user)
    names = _school_names(found.values())
    mine = []
    for state in states:
        page = found.get(int(state.workflow_state.object_id))
        task = tasks[state.task_id]
        if page is None or is_own_work(user, state, page, paths):
            continue
        if task.allows(user, page):
            mine.append((state, page, task))
    own = {
        kind: kind.own_pages(
            user, [page for _state, page, task in mine if type(task) is kind]
        )
        for kind in {type(task) for _state, _page, task in mine}
    }
    return [
        submission_of(state, page, names.get(_branch(page), ""), task.stage_words)
        for state, page, task in mine
        if page.pk not in own[type(task)]
    ]


def review_tasks() -> dict[int, Any]:
    """The reviews that can wait for somebody, each as its own kind."""
    models = [one for one in get_task_types() if issubclass(one, PeerReviewTask)]
    return {
        task.pk: task for model in models for task in model.objects.filter(active=True)
    }


def remarks_on(page: Any) -> list[Remark]:
    """The open remarks of others than who reads, each with its place in the draft."""
    comments = Comment.objects.filter(page_id=page.pk, resolved_at__isnull=True)
    comments = comments.order_by("pk")
    places = {target.path: target for target in targets_of(page)}
    found = []
    for comment in comments:
        path = ".".join(comment.contentpath.split(".")[:2])
        place = places.get(path)
        found.append(
            Remark(
                text=comment.text,
                label=place.label if place else _("这一处已经改没了"),
                link=editor_link(page, place.anchor if place else ""),
                path=path,
            )
        )
    return found


def returned_to(user: Any) -> list[ReturnedPage]:
    """The pages that this author handed in and got back, the latest first."""
    states = (
        WorkflowState.objects.filter(
            status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user
        )
        .select_related("current_task_state")
        .order_by("-current_task_state__finished_at", "-pk")
    )
    found = []
    for state in states:
        page = Page.objects.filter(pk=state.object_id).first()
        task_state = state.current_task_state
        if page is None or task_state is None:
            continue
        draft = page.specific.get_latest_revision_as_object()
        found.append(
            ReturnedPage(
                draft, task_state.comment, task_state.finished_at, remarks_on(draft)
            )
        )
    return found


def _branch(page: Any) -> str:
    return str(page.path[: SCHOOL_DEPTH * page.steplen])


def _school_names(pages: Any) -> dict[str, str]:
    branches = {_branch(page) for page in pages}
    rows = Page.objects.filter(path__in=branches).values_list("path", "title")
    return dict(rows)
