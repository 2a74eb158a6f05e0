"""What the review of courses tells others: whose work, and what came back."""

from typing import Any

from schools.review.reading import ReturnedPage, returned_to


def paths_taught_by(user: Any) -> list[str]:
    """The tree paths of the courses that the person teaches, their lessons below."""
    from courses.models import CoursePage

    taught = CoursePage.objects.taught_by(user).order_by()
    return list(taught.values_list("path", flat=True))


def remarks_for(user: Any) -> list[ReturnedPage]:
    """The pages that this author got back, with the remarks, the latest first."""
    return returned_to(user)
