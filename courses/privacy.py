"""Who teaches a course: the map of `core.privacy`."""

from django.utils.translation import gettext_lazy as _

from core.privacy import Mention, declare


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        Mention("courses.CoursePage", _("您教的课"), ("teachers__user",)),
        Mention("courses.CourseRun", _("您教的班"), ("teacher__user",)),
    )
