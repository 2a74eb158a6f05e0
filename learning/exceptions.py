"""Errors of the learning app; each message is for the person who gets it."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import RefusedError


class EnrolmentClosedError(RefusedError):
    """The run does not take learners at that time."""

    def __str__(self) -> str:
        return str(_("这个班现在不能报名。您可以看看别的课。"))


class RunFullError(RefusedError):
    """No seat was left."""

    status = 409

    def __str__(self) -> str:
        return str(_("这个班刚刚满了。您可以看看别的班。"))


class IllegalMoveError(RefusedError):
    """An enrolment cannot go from its state to the one asked for."""

    status = 409

    def __str__(self) -> str:
        return str(_("这份报名现在不能这样改。请刷新页面看看最新的情况。"))


class BadReportError(RefusedError):
    """A progress report that no honest player sends; nothing was recorded."""

    status = 422

    def __str__(self) -> str:
        return str(_("这条学习记录对不上，没有存。请刷新页面再接着学。"))


class NotEnrolledError(RefusedError):
    """The person does not study this course."""

    status = 403

    def __str__(self) -> str:
        return str(_("您还没有报名这门课。点「免费开始学」就能学。"))
