"""What «finished», «stuck» and the others mean: written down once, counted everywhere.

Each is a condition, so that a list, a figure of that list and a figure on another screen
come from the same words. `EnrolmentQuerySet` has them as methods.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

from learning.choices import STUDY_STATES

# «Stuck»: enrolled, not complete, something opened, and nothing heard for a week.
STUCK_AFTER = timedelta(days=7)
# «Dormant»: not complete, and nothing heard for a month; whether begun or never.
DORMANT_AFTER = timedelta(days=30)


class Figure(StrEnum):
    """Groups of the people of a class.

    Studying are all: finished or unfinished. Of the unfinished some have not begun, some
    are stuck, the others are under way; dormant are those of them who are long silent.
    """

    STUDYING = "studying"
    FINISHED = "finished"
    UNFINISHED = "unfinished"
    NOT_BEGUN = "not_begun"
    STUCK = "stuck"
    UNDER_WAY = "under_way"
    DORMANT = "dormant"


def condition(figure: Figure, at: datetime | None = None, prefix: str = "") -> Q:
    """Who belongs to that group at that moment.

    `prefix` is the way to the enrolment from another model, as «enrolments__».
    """
    now = at or timezone.now()

    def q(**fields: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in fields.items()})

    studying = q(state__in=STUDY_STATES)
    unfinished = studying & q(completed_at__isnull=True)
    return {
        Figure.STUDYING: studying,
        Figure.FINISHED: studying & q(completed_at__isnull=False),
        Figure.UNFINISHED: unfinished,
        Figure.NOT_BEGUN: unfinished & q(last_seen_at__isnull=True),
        Figure.STUCK: unfinished & q(last_seen_at__lte=now - STUCK_AFTER),
        Figure.UNDER_WAY: unfinished & q(last_seen_at__gt=now - STUCK_AFTER),
        Figure.DORMANT: unfinished
        & (
            q(last_seen_at__lte=now - DORMANT_AFTER)
            | q(last_seen_at__isnull=True, created_at__lte=now - DORMANT_AFTER)
        ),
    }[figure]
