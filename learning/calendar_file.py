"""Classes as an iCalendar file that a telephone or computer can take in."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.choices import SessionState
from core.civil_time import SHANGHAI
from courses.models import RunSession

if TYPE_CHECKING:
    from icalendar import Event


def write_calendar(rows: Iterable[RunSession]) -> bytes:
    """The lessons as events in Shanghai's time, its rules included.

    An event keeps its name (UID) for ever, so that taking the file in again changes
    what was moved instead of doubling it; a cancelled lesson says so.

    Args:
        rows: lessons with session, venue, school, run and course.
    """
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from icalendar import Calendar

    host = _site_host()
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//timetable//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("我的课表"))
    now = timezone.now()
    for row in rows:
        calendar.add_component(_event(row, host, now))
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def _site_host() -> str:
    """What makes the events' names unique in the world.

    The site's own name and not that of the request: who came by another address of the
    same site (www., a number in the street's network) gets the same events.
    """
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"


def _event(row: RunSession, host: str, now: datetime) -> "Event":
    from icalendar import Event

    session: Any = row.session
    event = Event()
    event.add("uid", f"session-{session.pk}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at.astimezone(SHANGHAI))
    event.add("dtend", session.ends_at.astimezone(SHANGHAI))
    event.add("summary", row.run.course.title)
    place = [session.school.title, session.venue.name if session.venue else ""]
    event.add("location", " ".join([*filter(None, place), session.school.address]))
    if session.school.phone:
        event.add(
            "description",
            _("去不了，打电话 %(phone)s") % {"phone": session.school.phone},
        )
    is_off = session.state == SessionState.CANCELLED
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event
