"""What cannot wait at the desk: a few figures, each with the list behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from learning.models import CallTask
from learning.run_desk import ClassFilter, draws_due, offers_ending_today


@dataclass(frozen=True)
class Due:
    """So many of something, in words, and where they are."""

    words: str
    href: str
    icon_name: str


def due_today(user: Any, at: datetime | None = None) -> list[Due]:
    """What that person has to see to today; a fixed number of queries."""
    offers = offers_ending_today(user, at).count()
    calls = CallTask.objects.visible_to(user, at).to_make().count()
    draws = draws_due(user, at).count()
    classes = reverse("desk:classes")
    found = []
    if offers:
        words = ngettext(
            "%(number)s 个留给候补的名额，今天到期",
            "%(number)s 个留给候补的名额，今天到期",
            offers,
        )
        href = f"{classes}?show={ClassFilter.OFFERS}"
        found.append(Due(words % {"number": offers}, href, "hourglass"))
    if calls:
        words = ngettext("%(number)s 个电话要打", "%(number)s 个电话要打", calls)
        found.append(Due(words % {"number": calls}, reverse("desk:calls"), "phone"))
    if draws:
        words = ngettext("%(number)s 个班该抽签了", "%(number)s 个班该抽签了", draws)
        href = f"{classes}?show={ClassFilter.DRAWS}"
        found.append(Due(words % {"number": draws}, href, "ticket"))
    return found
