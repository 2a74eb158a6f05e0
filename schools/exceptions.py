"""Errors of the schools app; each message is for the person who gets it."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import RefusedError


class MembershipError(Exception):
    """A change of who is what where that the rules do not allow."""


class RoleNotAllowedError(MembershipError):
    """The person may not give this role, or the role does not exist at that school."""

    def __str__(self) -> str:
        return str(_("您不能任命这个岗位。请联系社区教育中心。"))


class SchoolInUseError(RefusedError):
    """A school cannot be deleted: people, courses or learning hang on it."""

    status = 409

    def __str__(self) -> str:
        return str(
            _(
                "这所学校还有人员、课程或学习记录，不能删。可以改成「下架」：居民看不到了，记录都在。"
            )
        )


class OutsideSchoolError(RefusedError):
    """A page would leave its school, or become a second page of another's content."""

    def __str__(self) -> str:
        return (
            str(self.args[0])
            if self.args
            else str(_("内容只能留在本校。别的学校想用，请让他们自己新建一份。"))
        )


class StaleReviewError(RefusedError):
    """The page was changed after the reviewer opened it."""

    status = 409

    def __str__(self) -> str:
        return str(_("作者又改过了，请再看一遍。"))


class AlreadyReviewedError(RefusedError):
    """Somebody has decided, or the author took the page back."""

    status = 409

    def __str__(self) -> str:
        return str(_("这一页已经有人看过了，或者作者收回去了。请回到「等我看的」。"))


class NotLookedAtError(RefusedError):
    """A decision without its checks, or without a reason."""

    def __str__(self) -> str:
        return str(_("请把清单都看过、勾上；要退回，请写清楚哪里要改。"))
