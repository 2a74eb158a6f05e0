"""What learning keeps of a person: the map of `core.privacy`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy import (
    Basis,
    Datum,
    Erasure,
    Mention,
    PersonalModel,
    Why,
    declare,
    on_erasure,
)
from learning.choices import State
from learning.models import Response

_LEARNING = Why(
    purpose=_("让您接着学，老师知道谁需要帮一把，学校数得出多少人学过"),
    basis=Basis.SERVICE,
    kept=_("到您注销；以后只当没有姓名的人数"),
    seen_by=_("您自己；这门课的老师、这所学校和社区教育中心"),
)
_ANSWERS = Why(
    purpose=_("让您看到哪里对、哪里再想想"),
    basis=Basis.SERVICE,
    kept=_("到您注销；以后只当没有姓名的对错数"),
    seen_by=_("您自己；这门课的老师只看得到学完没有"),
)
_CALLS = Why(
    purpose=_("没有手机短信和邮箱的人，学校打电话告诉"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("这所学校打电话的工作人员"),
)
_STAY = _("某门课有一个人学过、学到哪里，没有姓名。")


def declare_all() -> None:
    """Called once, when the app is ready."""
    _declare_enrolment()
    _declare_lessons()
    on_erasure("live places", give_up_places)


def _declare_enrolment() -> None:
    declare(
        PersonalModel(
            model="learning.Enrolment",
            title=_("您报的课"),
            person="learner",
            why=_LEARNING,
            fields={
                "run": _("哪门课"),
                "state": _("情况"),
                "source": _("谁报的"),
                "by": _("谁办的"),
                "created_at": _("报名的时间"),
                "completed_at": _("学完的时间"),
                "last_lesson": _("上次学到"),
                "last_seen_at": _("上次学的时间"),
                "queue_tier": _("排队的先后（0 最先）"),
                "queue_number": _("排队的号"),
                "offered_until": _("空位给您留到"),
                "ticket": _("抽签号"),
                "relative_name": _("签名的家人"),
            },
            erasure=Erasure.BLANK,
            blank={"relative_name": ""},
            stays=_STAY,
        ),
        PersonalModel(
            model="learning.CallTask",
            title=_("学校要打给您的电话"),
            person="person",
            why=_CALLS,
            fields={
                "school": _("学校"),
                "enrolment": _("为哪个报名"),
                "template": _("什么事（记号）"),
                "params": _("要说的内容"),
                "due_at": _("什么时候前打"),
                "created_at": _("记下的时间"),
                "done_at": _("打过的时间"),
                "done_by": _("谁打的"),
                "outcome": _("结果"),
                "note": _("说明"),
            },
            technical=("dedupe_key",),
        ),
        PersonalModel(
            model="learning.EnrolmentEvent",
            title=_("报名的经过"),
            person="enrolment__learner",
            why=_LEARNING,
            fields={
                "enrolment": _("哪个报名"),
                "from_state": Datum(_("原来"), words=_state),
                "to_state": _("变成"),
                "by": _("谁办的"),
                "at": _("时间"),
                "reason": _("原因"),
            },
            erasure=Erasure.BLANK,
            blank={"reason": ""},
            stays=_STAY,
        ),
        Mention("learning.Enrolment", _("您帮别人报的名"), ("by",)),
        Mention("learning.EnrolmentEvent", _("您办过的报名"), ("by",)),
        Mention("learning.CallTask", _("您打过的电话"), ("done_by",)),
        Mention("learning.Draw", _("您主持的抽签"), ("by",)),
        shown=20,
    )


def _declare_lessons() -> None:
    declare(
        PersonalModel(
            model="learning.Response",
            title=_("您答的题"),
            person="attempt__enrolment__learner",
            why=_ANSWERS,
            fields={
                "block_id": Datum(_("题目"), words=_question),
                "answer": Datum(_("您的答案"), words=_answer),
                "is_right": _("答对了"),
                "share": _("得分（1 是满分）"),
                "answered_at": _("时间"),
            },
            technical=("attempt", "seq"),
            erasure=Erasure.BLANK,
            # Right or wrong is what statistics count; the answer itself goes.
            blank={"answer": []},
            stays=_("某道题有一个人答对或答错，没有姓名和答案。"),
        ),
        PersonalModel(
            model="learning.Attempt",
            title=_("您做过的练习"),
            person="enrolment__learner",
            why=_ANSWERS,
            fields={
                "lesson": _("哪一课"),
                "number": _("第几次"),
                "paper": Datum(_("几道题"), words=lambda row, value: len(value)),
                "state": _("情况"),
                "started_at": _("开始的时间"),
                "submitted_at": _("交的时间"),
                "score": _("得分（百分）"),
            },
            technical=("enrolment",),
            erasure=Erasure.KEEP,
            stays=_STAY,
        ),
        PersonalModel(
            model="learning.LessonProgress",
            title=_("每一课学到哪里"),
            person="enrolment__learner",
            why=_LEARNING,
            fields={
                "lesson": _("哪一课"),
                "viewed_at": _("第一次打开"),
                "seen_until": _("最后一次"),
                "done_at": _("按了学完了"),
                "completed_at": _("学完的时间"),
                "passed": _("练习通过"),
                "watched": Datum(_("看过、听过几秒"), words=_seconds),
                "positions": Datum(_("停在第几秒"), words=_places),
                "transcripts": Datum(
                    _("读过的文字稿"), words=lambda row, value: len(value)
                ),
                "source": _("怎么记下的"),
                "rule": Datum(_("按什么算学完"), words=lambda row, value: value),
            },
            technical=("enrolment",),
            erasure=Erasure.BLANK,
            # How far and whether finished is counted; where each minute went is not.
            blank={"positions": {}},
            stays=_STAY,
        ),
        shown=20,
    )


def give_up_places(user: Any, at: datetime) -> None:
    """A place in a class that has not ended, or in its queue, goes to the next.

    Courses without dates have no places: their enrolments stay as they are.
    """
    from learning.services.enrolment import leave_everything

    leave_everything(learner=user, by=user, at=at)


def _state(row: Any, value: str) -> str:
    return str(State(value).label) if value else ""


def _block(row: Response) -> dict[str, Any]:
    """The question as the learner saw it; empty where the paper does not have it."""
    for one in row.attempt.paper:
        if one.get("block_id") == row.block_id:
            value: dict[str, Any] = one.get("raw", {}).get("value", {})
            return value
    return {}


def _question(row: Response, value: str) -> str:
    block = _block(row)
    return str(block.get("prompt") or block.get("statement") or value)


def _answer(row: Response, value: Any) -> Any:
    """The words that were chosen; what was typed as it was typed."""
    texts = {"true": str(_("对")), "false": str(_("不对"))}
    for option in _block(row).get("options", []):
        texts[option.get("id")] = option.get("value", {}).get("text", "")
    if isinstance(value, list):
        return [texts.get(one, str(one)) for one in value]
    return value


def _seconds(row: Any, value: dict[str, list[list[float]]]) -> int:
    return round(sum(end - start for spans in value.values() for start, end in spans))


def _places(row: Any, value: dict[str, Any]) -> list[str]:
    return [str(round(place[-1])) for place in value.values() if place]
