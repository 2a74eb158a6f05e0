"""Who leads a meeting: the map of `core.privacy`."""

from django.utils.translation import gettext_lazy as _

from core.privacy import Mention, declare


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(Mention("attendance.Session", _("您上的课次"), ("teacher__user",)))
