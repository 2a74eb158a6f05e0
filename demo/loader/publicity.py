"""Stories of the street on their way to the outlets, and what was made of them."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from core.civil_time import SHANGHAI, civil_date
from demo.loader.data import publicity
from demo.loader.once import loaded_pk, once
from news.choices import DeliveryMethod
from news.models import Delivery, NewsPage, Outlet, Submission
from news.services.submissions import (
    accept,
    deliver,
    note_adoption,
    note_not_adopted,
    submit,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def load_publicity() -> None:
    """The outlets, then each story from its school to what the outlets made of it."""
    for line in publicity()["outlets"]:
        once(f"outlet:{line['id']}", partial(_outlet, line))
    editor = User.objects.get(username="editor")
    for line in publicity()["submissions"]:
        once(f"submission:{line['id']}", partial(_story, line, editor))


def _outlet(line: dict[str, Any]) -> Outlet:
    return Outlet.objects.create(
        name=line["name"], level=line["level"], kind=line["kind"]
    )


def _story(line: dict[str, Any], editor: User) -> Submission | None:
    """One story; one whose event lies ahead of today is not offered yet."""
    page = NewsPage.objects.get(pk=loaded_pk(f"news:{line['news']}"))
    over = datetime.combine(page.event_date, time(16), tzinfo=SHANGHAI)
    sent_at = over + line["hours"] * HOUR
    if sent_at.date() >= civil_date():
        return None
    submission = submit(
        page=page,
        by=editor,
        ended_at=over,
        author=page.author,
        photographer=page.photographer,
        proofreader=page.proofreader or page.school.title,
        at=sent_at,
    )
    if not page.live:
        return submission
    accept(submission=submission, by=editor)
    for part in line["deliveries"]:
        _delivery(part, submission, editor, sent_at)
    return submission


def _delivery(
    part: dict[str, Any], submission: Submission, editor: User, sent_at: datetime
) -> Delivery:
    outlet = Outlet.objects.get(pk=loaded_pk(f"outlet:{part['outlet']}") or 0)
    (delivery,) = deliver(
        submission=submission,
        outlets=[outlet],
        method=DeliveryMethod.MAIL,
        by=editor,
        at=sent_at + part["days"] * DAY,
    )
    if part["result"] == "adopted":
        day = min(civil_date(sent_at + (part["days"] + 1) * DAY), civil_date())
        note_adoption(
            delivery=delivery,
            by=editor,
            published_on=day,
            title=part["title"],
            slot=part["slot"],
        )
    elif part["result"] == "not_adopted":
        note_not_adopted(delivery=delivery, by=editor)
    return delivery
