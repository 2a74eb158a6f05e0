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
