"""Who leads a meeting and who was there: the map of `core.privacy`."""

from django.utils.translation import gettext_lazy as _

from attendance.services.walk_ins import forget_number, forget_walk_ins
from core.privacy import (
    Basis,
    Erasure,
    Mention,
    PersonalModel,
    Why,
    declare,
    on_erasure,
    on_forgetting,
)

_ROLL = Why(
    purpose=_("老师知道谁来了、谁要问一声，学校数得出多少人次"),
    basis=Basis.SERVICE,
    kept=_("到您注销；以后只当没有姓名的人次"),
    seen_by=_("您自己；上这次课的老师、这所学校和社区教育中心"),
)
_WALK_IN = Why(
    purpose=_("没报名来上课的，以后认得出是您来过"),
    basis=Basis.SERVICE,
    kept=_("认出来就删姓名和手机号；没认出来的，半年后删"),
    seen_by=_("您自己；上这次课的老师和这所学校的工作人员"),
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
        Mention("attendance.WalkIn", _("您记下的没报名来的人"), ("noted_by",)),
        PersonalModel(
            model="attendance.WalkIn",
            title=_("您没报名去上的课"),
            person="record__attendee",
            why=_WALK_IN,
            fields={
                "session": _("哪次课"),
                "name": _("当时留的姓名"),
                "phone": _("当时留的手机号"),
                "noted_by": _("谁记的"),
                "at": _("什么时候记的"),
                "record": _("认出来以后的到课记录"),
            },
            technical=("key",),
            erasure=Erasure.BLANK,
            blank={"name": "", "phone": ""},
            stays=_("某次课有一个没报名的人来过，没有姓名。"),
        ),
        shown=25,
    )
    on_erasure("walk-ins", forget_number)
    on_forgetting("walk-ins", forget_walk_ins)
