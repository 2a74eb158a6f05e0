"""By when somebody looks."""

from datetime import date

from core.workdays import add_workdays

REVIEW_DAYS = 2


def review_deadline(handed_in: date) -> date:
    """The last day on which a review is in time."""
    return add_workdays(handed_in, REVIEW_DAYS)
