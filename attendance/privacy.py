"""Who leads a meeting and who was there: the map of `core.privacy`."""

from django.utils.translation import gettext_lazy as _

from core.privacy import Basis, Erasure, Mention, PersonalModel, Why, declare

_ROLL = Why(
    purpose=_("老师知道谁来了、谁要问一声，学校数得出多少人次"),
    basis=Basis.SERVICE,
    kept=_("到您注销；以后只当没有姓名的人次"),
    seen_by=_("您自己；上这次课的老师、这所学校和社区教育中心"),
)


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        Mention("attendance.Session", _("您上的课次"), ("teacher__user",)),
        PersonalModel(
            model="attendance.AttendanceRecord",
            title=_("您来上课的记录"),
            person="attendee",
            why=_ROLL,
            fields={
                "session": _("哪次课"),
                "state": _("情况"),
                "source": _("怎么记的"),
                "by": _("谁记的"),
                "at": _("什么时候记的"),
            },
            erasure=Erasure.KEEP,
            stays=_("某次课有一个人来过、请假或没来，没有姓名。"),
        ),
        Mention("attendance.AttendanceRecord", _("您点过的名"), ("by",)),
        shown=25,
    )
