"""Errors of the courses app; each message is for the person who gets it."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import RefusedError


class NotReadyError(RefusedError):
    """A lesson or course lacks what it needs to be seen by residents."""


class HasLearnersError(RefusedError):
    """A page cannot be deleted because people have learnt from it."""

    status = 409

    def __str__(self) -> str:
        return str(
            _(
                "已经有居民报名或学过，删掉会丢他们的学习记录，所以不能删。"
                "可以改成「下架」：居民看不到了，记录都在。"
            )
        )


class NoPlanError(RefusedError):
    """A run lacks what a timetable is made from, or asks for too much of it."""


class SelfPacedPlanError(RefusedError):
    """A course that is learnt at home has no timetable."""

    def __str__(self) -> str:
        return str(_("在家学的课没有课表。请先新建一个到校班。"))


class QuestionFileError(RefusedError):
    """No questions can be read out of a file; `str` says what to do."""


class PageLockedError(RefusedError):
    """Nothing can come into a page that somebody has locked, or that is reviewed."""

    status = 409

    def __str__(self) -> str:
        return str(_("这一页锁着，或者正在审核，现在放不进新的内容。请等解锁了再来。"))


class ImportGoneError(RefusedError):
    """What was read of a file is kept for a day."""

    status = 410

    def __str__(self) -> str:
        return str(_("读进来的题放得太久，已经清掉了。请再传一次文件。"))


class PlanGoneError(RefusedError):
    """The answers of «写一课» are no longer there, or are not complete."""

    status = 409

    def __str__(self) -> str:
        return str(_("刚才填的没有了。请从第一步再填一遍。"))


class NotYourCourseError(RefusedError):
    """Somebody would add a lesson to a course that they do not write."""

    status = 403

    def __str__(self) -> str:
        return str(_("这门课由它的老师来写。要改，请找这门课的老师。"))


class NotOfferedError(RefusedError):
    """Somebody would copy a course that its school does not give, or no longer."""

    status = 404

    def __str__(self) -> str:
        return str(_("这门课现在不给别的学校用了。请从列表里另选一门。"))
