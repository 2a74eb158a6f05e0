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
