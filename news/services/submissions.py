"""A story on its way: offered, taken or sent back, delivered, adopted."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.services.audit import record_audit
from core.workdays import after_workdays
from news.choices import DeliveryState, SubmissionState
from news.clippings import read_clipping
from news.exceptions import NotForOutletsError, NotSubmittedError, StepRefusedError
from news.models import (
    Adoption,
    Delivery,
    NewsKind,
    NewsPage,
    Outlet,
    PointBonus,
    Submission,
)
from news.outgoing import problems_before_sending

NEWS_HOURS = 24
FEATURE_WORKDAYS = 3
# What takes longer to write (domain §8, PUB-02).
SLOW_KINDS = (NewsKind.FEATURE, NewsKind.MODEL)


def due_of(kind: str, ended_at: datetime) -> datetime:
    """Until when a story of that kind should be offered (PUB-02)."""
    if kind in SLOW_KINDS:
        return after_workdays(ended_at, FEATURE_WORKDAYS)
    return ended_at + timedelta(hours=NEWS_HOURS)


def problems_of_submission(
    *, author: str, proofreader: str, ended_at: datetime, at: datetime
) -> dict[str, str]:
    """Why a story cannot be offered so, by the field that says it; empty where it can."""
    found = {}
    if ended_at > at:
        found["ended_at"] = _("事情还没有结束，结束了再报送。")
    if author.strip() == proofreader.strip():
        found["proofreader"] = _("校对的人不能是作者，请换一个人看一遍。")
    return found


@transaction.atomic
def submit(
    *,
    page: NewsPage,
    by: Any,
    ended_at: datetime,
    author: str,
    proofreader: str,
    photographer: str = "",
    at: datetime | None = None,
) -> Submission:
    """Offer a story to the centre; a second time, with what was mended, after a return.

    Of a story that waits or was taken nothing changes. The first time of offering
    stays: a story that came back is not late because of it.

    Raises:
        NotSubmittedError: the proofreader wrote it, or the thing is not over.
    """
    moment = at or timezone.now()
    problems = problems_of_submission(
        author=author, proofreader=proofreader, ended_at=ended_at, at=moment
    )
    if problems:
        raise NotSubmittedError("\n".join(problems.values()))
    names = {
        "author": author.strip(),
        "proofreader": proofreader.strip(),
        "photographer": photographer.strip(),
    }
    submission, is_new = Submission.objects.select_for_update().get_or_create(
        page=page,
        defaults={
            "school": page.school,
            "ended_at": ended_at,
            "due_at": due_of(page.kind, ended_at),
            "submitted_at": moment,
            "submitted_by": by,
            **names,
        },
    )
    if not is_new:
        if submission.state != SubmissionState.RETURNED:
            return submission
        for name, value in names.items():
            setattr(submission, name, value)
        submission.state, submission.reason = SubmissionState.WAITING, ""
        submission.save()
    _note(submission, by, "submission.sent")
    return submission


@transaction.atomic
def accept(*, submission: Submission, by: Any) -> Submission:
    """Take a story; taken already is taken.

    Raises:
        StepRefusedError: it was sent back meanwhile.
    """
    locked = _locked(submission)
    if locked.state == SubmissionState.ACCEPTED:
        return locked
    _require(locked, SubmissionState.WAITING)
    locked.state = SubmissionState.ACCEPTED
    locked.save(update_fields=["state"])
    _note(locked, by, "submission.accepted")
    return locked


@transaction.atomic
def send_back(*, submission: Submission, by: Any, reason: str) -> Submission:
    """Return a story to its school with what to mend.

    Raises:
        StepRefusedError: it was taken, or sent to an outlet, meanwhile.
    """
    locked = _locked(submission)
    if locked.state == SubmissionState.RETURNED and locked.reason == reason:
        return locked
    _require(locked, SubmissionState.WAITING)
    locked.state, locked.reason = SubmissionState.RETURNED, reason
    locked.save(update_fields=["state", "reason"])
    _note(locked, by, "submission.returned", reason=reason)
    return locked


@transaction.atomic
def deliver(
    *,
    submission: Submission,
    outlets: Iterable[Outlet],
    method: str,
    by: Any,
    at: datetime | None = None,
) -> list[Delivery]:
    """Note that a story was sent to outlets; to each of them once.

    Raises:
        StepRefusedError: the centre has not taken the story.
        NotForOutletsError: the story may not leave the house, with every reason.
    """
    locked = _locked(submission)
    _require(locked, SubmissionState.ACCEPTED)
    problems = problems_before_sending(locked.page)
    if problems:
        raise NotForOutletsError("\n".join(problems))
    found = []
    for outlet in outlets:
        delivery, is_new = Delivery.objects.get_or_create(
            submission=locked,
            outlet=outlet,
            defaults={"method": method, "sent_by": by, "sent_at": at or timezone.now()},
        )
        if is_new:
            _note(locked, by, "submission.delivered", outlet=outlet.name)
        found.append(delivery)
    return found


@transaction.atomic
def note_adoption(
    *,
    delivery: Delivery,
    by: Any,
    published_on: date,
    title: str,
    slot: str = "",
    url: str = "",
    is_brief: bool = False,
    is_repost: bool = False,
    clipping: Any = None,
) -> Adoption:
    """Write down how an outlet brought the story; again, to correct it.

    Raises:
        ClippingRefusedError: the clipping is neither a picture nor a PDF.
    """
    locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    adoption = Adoption.objects.filter(delivery=locked).first() or Adoption(
        delivery=locked, noted_by=by
    )
    adoption.published_on, adoption.title = published_on, title
    adoption.slot, adoption.url = slot, url
    adoption.is_brief, adoption.is_repost = is_brief, is_repost
    if clipping is not None:
        _replace_clipping(adoption, clipping)
    adoption.save()
    locked.state = DeliveryState.ADOPTED
    locked.save(update_fields=["state"])
    _note(locked.submission, by, "submission.adopted", title=title)
    return adoption


def _replace_clipping(adoption: Adoption, upload: Any) -> None:
    """The new file stands there; the old one goes once that is certain."""
    storage, before = adoption.clipping.storage, adoption.clipping.name
    ending, adoption.sha256 = read_clipping(upload)
    adoption.clipping.save(f"clipping.{ending}", upload, save=False)
    if before:
        transaction.on_commit(lambda: storage.delete(before))


@transaction.atomic
def note_not_adopted(*, delivery: Delivery, by: Any) -> Delivery:
    """Write down that an outlet did not bring the story.

    Raises:
        StepRefusedError: it did bring it; what was noted of that stays.
    """
    locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if locked.state == DeliveryState.ADOPTED:
        raise StepRefusedError(_("这家已经记了采用。要改，请改采用的那一条。"))
    if locked.state != DeliveryState.NOT_ADOPTED:
        locked.state = DeliveryState.NOT_ADOPTED
        locked.save(update_fields=["state"])
        _note(locked.submission, by, "submission.not_adopted")
    return locked


@transaction.atomic
def add_bonus(
    *,
    school: Any,
    points: Decimal,
    reason: str,
    day: date,
    by: Any,
    key: str,
    author: str = "",
) -> PointBonus:
    """Give points that no rule gives; the same form sent twice gives them once."""
    bonus, is_new = PointBonus.objects.get_or_create(
        key=key,
        defaults={
            "school": school,
            "author": author.strip(),
            "points": points,
            "reason": reason,
            "day": day,
            "by": by,
        },
    )
    if is_new:
        record_audit(
            actor=by,
            action="points.bonus",
            subject=bonus,
            school_id=school.pk,
            points=str(points),
            reason=reason,
        )
    return bonus


def _locked(submission: Submission) -> Submission:
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("page")
        .get(pk=submission.pk)
    )


def _require(submission: Submission, state: SubmissionState) -> None:
    if submission.state != state:
        raise StepRefusedError(
            _("这篇稿子现在是「%(state)s」，请再看一眼。")
            % {"state": submission.get_state_display()}
        )


def _note(submission: Submission, by: Any, action: str, **detail: Any) -> None:
    record_audit(
        actor=by,
        action=action,
        subject=submission,
        school_id=submission.school_id,
        **detail,
    )
