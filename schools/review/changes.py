"""What has changed between two versions of a page, place by place."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import TaskState

from schools.models.review import ReviewState
from schools.review.targets import targets_of


@dataclass(frozen=True)
class Change:
    """One place: what it said and what it says; empty where it is new or gone."""

    label: str
    before: str
    after: str


def changes_between(old: Any, new: Any) -> list[Change]:
    """The places that differ, in the order of the new version, what is gone at the end."""
    before = {one.path: one for one in targets_of(old)}
    after = {one.path: one for one in targets_of(new)}
    found = [
        Change(one.label, before[path].text if path in before else "", one.text)
        for path, one in after.items()
        if path not in before or before[path].text != one.text
    ]
    gone = [one for path, one in before.items() if path not in after]
    return found + [Change(one.label, one.text, "") for one in gone]


def since_return(page: Any, draft: Any) -> list[Change] | None:
    """What the draft changes against the version that was sent back last.

    None where none was: then there is nothing to compare with.
    """
    returned = (
        ReviewState.objects.filter(
            workflow_state__object_id=str(page.pk), status=TaskState.STATUS_REJECTED
        )
        .exclude(revision=None)
        .select_related("revision")
        .order_by("-finished_at", "-pk")
        .first()
    )
    if returned is None or returned.revision.content_type != page.content_type:
        return None
    return changes_between(returned.revision.as_object(), draft)
