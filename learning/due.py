"""What cannot wait at the desk: a few figures, each with the list behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Page

from attendance.models import Session
from core.pages import in_branches
from learning.completion_desk import certificates_to_review
from learning.dormant import dormant_enrolments
from learning.inbox import count_waiting_people
from learning.marking import waiting
from learning.models import CallTask
from learning.permissions import managed_schools
from learning.run_desk import ClassFilter, draws_due, offers_ending_today
from learning.standing import ROLL_WINDOW
from schools.review.reading import submissions_for


@dataclass(frozen=True)
class Due:
    """So many of something, in words, and where they are."""

    words: str
    href: str
    icon_name: str


# What the apps above add, each its own; registered when they start.
Provider = Callable[[Any], Iterable[Due]]
_providers: list[Provider] = []


def register_due(provider: Provider) -> None:
    """Let `provider(user)` add to what that person has to see to."""
    if provider not in _providers:
        _providers.append(provider)


def rolls_not_taken(user: Any, at: datetime | None = None) -> QuerySet[Session]:
    """Lessons of classes that ended in the last 60 days without a word of who came.

    Of those whose roll the person takes; the oldest first. A head-count is a word too.
    """
    now = at or timezone.now()
    return (
        Session.objects.rolled_by(user)
        .without_roll(now)
        .filter(
            run_session__run__cancelled_at__isnull=True,
            ends_at__gt=now - ROLL_WINDOW,
        )
        .annotate(title=F("run_session__run__course__title"))
        .distinct()
        .order_by("starts_at", "pk")
    )


def drafts_of(user: Any) -> QuerySet[Page]:
    """Pages of the schools that the person answers for which residents do not see yet.

    New ones never published, and published ones with changes that wait. What was taken
    down on purpose is no draft.
    """
    below = in_branches(managed_schools(user).values_list("path", flat=True))
    never = Q(live=False, first_published_at__isnull=True)
    return (
        Page.objects.filter(below)
        .filter(never | Q(live=True, has_unpublished_changes=True))
        .select_related("owner", "content_type")
        .order_by("latest_revision_created_at", "pk")
    )


def due_today(user: Any, at: datetime | None = None) -> list[Due]:
    """What that person has to see to today; a fixed number of queries."""
    classes = reverse("desk:classes")
    found = [
        _due(
            offers_ending_today(user, at).count(),
            lambda n: ngettext(
                "%(number)s 个留给候补的名额，今天到期",
                "%(number)s 个留给候补的名额，今天到期",
                n,
            ),
            f"{classes}?show={ClassFilter.OFFERS}",
            "hourglass",
        ),
        _due(
            CallTask.objects.visible_to(user, at).to_make().count(),
            lambda n: ngettext("%(number)s 个电话要打", "%(number)s 个电话要打", n),
            reverse("desk:calls"),
            "phone",
        ),
        _due(
            waiting(user).count(),
            lambda n: ngettext("%(number)s 份答案等您看", "%(number)s 份答案等您看", n),
            reverse("desk:marking"),
            "pencil-simple",
        ),
        _due(
            count_waiting_people(user),
            lambda n: ngettext(
                "%(number)s 个学员在等您回话", "%(number)s 个学员在等您回话", n
            ),
            reverse("desk:inbox"),
            "chat-circle-text",
        ),
        _due(
            dormant_enrolments(user, at).count(),
            lambda n: ngettext(
                "%(number)s 个学员好久没来了", "%(number)s 个学员好久没来了", n
            ),
            reverse("desk:dormant"),
            "phone",
        ),
        _due(
            rolls_not_taken(user, at).count(),
            lambda n: ngettext(
                "%(number)s 次课上完了还没点名", "%(number)s 次课上完了还没点名", n
            ),
            reverse("desk:rolls"),
            "calendar-check",
        ),
        _due(
            draws_due(user, at).count(),
            lambda n: ngettext("%(number)s 个班该抽签了", "%(number)s 个班该抽签了", n),
            f"{classes}?show={ClassFilter.DRAWS}",
            "ticket",
        ),
        _due(
            certificates_to_review(user).count(),
            lambda n: ngettext(
                "%(number)s 张证书等您看过再发", "%(number)s 张证书等您看过再发", n
            ),
            reverse("desk:waiting_certificates"),
            "certificate",
        ),
        _due(
            len(submissions_for(user)),
            lambda n: ngettext("%(number)s 篇等您看", "%(number)s 篇等您看", n),
            reverse("desk:reviews"),
            "book-open",
        ),
        _due(
            drafts_of(user).count(),
            lambda n: ngettext(
                "%(number)s 篇草稿还没发布", "%(number)s 篇草稿还没发布", n
            ),
            reverse("desk:drafts"),
            "newspaper",
        ),
    ]
    more = [one for provide in _providers for one in provide(user)]
    return [one for one in found if one is not None] + more


def _due(
    number: int, words: Callable[[int], str], href: str, icon_name: str
) -> Due | None:
    """So many of something; nothing where there is none."""
    return Due(words(number) % {"number": number}, href, icon_name) if number else None
