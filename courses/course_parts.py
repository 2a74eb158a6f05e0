"""Parts of a course's own page, as the values of pieces (`core.pieces`)."""

from typing import Any, NamedTuple

from core.pieces import piece, plain


@piece("courses/includes/course_facts.html")
class CourseFacts(NamedTuple):
    """How much there is to learn, and where; `total` is 0 while it is being prepared."""

    total: int
    minutes_each: int
    is_also_at_school: bool
    mode_words: str


def facts_of(page: Any, total: int, minutes_each: int, runs: Any) -> CourseFacts:
    """Of a course with so many lessons of about so many minutes, and its classes."""
    return CourseFacts(
        total=total or 0,
        minutes_each=minutes_each or 0,
        is_also_at_school=bool(runs and total),
        mode_words=plain(page.get_mode_display()),
    )


@piece("courses/includes/course_run.html")
class RunOfCourse(NamedTuple):
    """A class beside the text of its course."""

    number: int
    school: str
    when_words: str
    start_words: str
    count_words: str
    venue: str
    note: str
    seats_label: str
    seats_kind: str
    action_href: str
    action_label: str
    action_kind: str
    draw_href: str


def run_of(card: Any) -> RunOfCourse:
    """Of a `courses.run_words.RunCard` with the figures of `with_meetings()`."""
    run = card.run
    return RunOfCourse(
        number=run.pk,
        school=plain(run.school.short_name),
        when_words=card.when_words,
        start_words=card.start_words,
        count_words=card.count_words,
        venue=plain(run.venue.name) if run.venue else "",
        note=run.note,
        seats_label=card.seats_label,
        seats_kind=card.seats_kind,
        action_href=card.action_href,
        action_label=card.action_label,
        action_kind=card.action_kind,
        draw_href=card.place.draw_href if card.place else "",
    )


@piece("courses/includes/share.html", kept=100)
class Share(NamedTuple):
    """What is passed on to the family, and its absolute address.

    Few are kept: the address has the whole query of a visitor in it.
    """

    title: str
    address: str
