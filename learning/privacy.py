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
    on_forgetting,
)
from learning.privacy_words import (
    address_of_work,
    answer_words,
    places_in_media,
    question_of_work,
    question_words,
    seconds_watched,
    sheet_words,
    state_words,
)
from learning.services.work import forget_orphans, remove_work

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
    seen_by=_("您自己；这门课的老师、这所学校管学员的人"),
)
_WORK = Why(
    purpose=_("老师看您做得怎么样"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("您自己；这门课的老师、这所学校"),
)
_CALLS = Why(
    purpose=_("没有手机短信和邮箱的人，学校打电话告诉"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("这所学校打电话的工作人员"),
)
_MESSAGES = Why(
    purpose=_("您学到哪里不会，老师好帮您"),
    basis=Basis.SERVICE,
    kept=_("到您注销"),
    seen_by=_("您自己；这门课的老师和这所学校的工作人员"),
)
_CERTIFICATES = Why(
    purpose=_("您拿证书给别人看，别人能查到它是真的"),
    basis=Basis.SERVICE,
    kept=_("到您注销；以后只留编号和校验码"),
    seen_by=_("您自己；这所学校办证书的人。别人查证书只看到姓"),
)
# A revoked certificate has a reason; whose it was has taken the words along.
_GONE = "—"
_STAY = _("某门课有一个人学过、学到哪里，没有姓名。")


def declare_all() -> None:
    """Called once, when the app is ready."""
    _declare_enrolment()
    _declare_lessons()
    _declare_certificates()
    _declare_messages()
    on_erasure("live places", give_up_places)
    on_erasure("work", remove_work)
    on_forgetting("work that no answer names", forget_orphans)


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
                "extra_time_percent": _("小测多给的时间（百分之几）"),
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
                "tries": _("没打通几次"),
                "tried_at": _("最近一次没打通的时间"),
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
                "from_state": Datum(_("原来"), words=state_words),
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
        Mention("learning.Regrade", _("您重新判过的题"), ("by",)),
        shown=20,
    )


def _declare_messages() -> None:
    declare(
        PersonalModel(
            model="learning.Conversation",
            title=_("您请老师帮忙的事"),
            person="enrolment__learner",
            why=_MESSAGES,
            fields={
                "lesson": _("哪一课"),
                "step_title": _("哪一步"),
                "opened_at": _("问的时间"),
                "waiting_since": _("从什么时候等回话"),
                "closed_at": _("办好的时间"),
                "closed_by": _("谁办好的"),
                "has_news": _("有没看的回话"),
            },
            technical=("enrolment", "block_id"),
        ),
        PersonalModel(
            model="learning.Message",
            title=_("您和老师写的话"),
            person="conversation__enrolment__learner",
            why=_MESSAGES,
            fields={
                "by": _("谁写的"),
                "is_answer": _("老师的话"),
                "text": _("写的话"),
                "at": _("时间"),
            },
            technical=("conversation", "key"),
        ),
        Mention("learning.Conversation", _("您办好的学员问题"), ("closed_by",)),
        Mention("learning.Message", _("您写过的话"), ("by",)),
        shown=20,
    )


def _declare_certificates() -> None:
    declare(
        PersonalModel(
            model="learning.Certificate",
            title=_("您的证书"),
            person="enrolment__learner",
            why=_CERTIFICATES,
            fields={
                "enrolment": _("哪门课"),
                "serial": _("编号"),
                "token": _("证书左下的 16 位字"),
                "snapshot": Datum(_("证书上写的"), words=sheet_words),
                "created_at": _("挣到的时间"),
                "issued_at": _("发证的时间"),
                "issued_by": _("谁发的"),
                "revoked_at": _("撤销的时间"),
                "revoked_by": _("谁撤销的"),
                "reason": _("为什么撤销、换发"),
                "replaces": _("换下的旧证"),
            },
            technical=("year", "number", "token_hash", "snapshot_hash"),
            erasure=Erasure.BLANK,
            # The number and two hashes stay, so that a sheet in somebody's hands can
            # still be told from a forged one (P-5).
            blank={"snapshot": {}, "token": "", "reason": _GONE},
            stays=_("某一天发过一张这个编号的证书，没有姓名和课程。"),
        ),
        PersonalModel(
            model="learning.HoursEntry",
            title=_("您的学时"),
            person="learner",
            why=_LEARNING,
            fields={
                "school": _("学校"),
                "kind": _("到校还是在家"),
                "seconds": _("多少秒"),
                "at": _("什么时候学的"),
                "written_at": _("记下的时间"),
                "session": _("哪一次课"),
                "enrolment": _("哪门课"),
                "lesson": _("哪一课"),
            },
            erasure=Erasure.KEEP,
            stays=_STAY,
        ),
        Mention(
            "learning.Certificate", _("您发过、撤销过的证书"),
            ("issued_by", "revoked_by"),
        ),
        shown=20,
    )  # fmt: skip


def _declare_lessons() -> None:
    declare(
        PersonalModel(
            model="learning.Response",
            title=_("您答的题"),
            person="attempt__enrolment__learner",
            why=_ANSWERS,
            fields={
                "block_id": Datum(_("题目"), words=question_words),
                "answer": Datum(_("您的答案"), words=answer_words),
                "is_right": _("答对了"),
                "share": _("得分（1 是满分）"),
                "answered_at": _("时间"),
                "manual_share": _("老师给的分（1 是满分）"),
                "comment": _("老师的话"),
                "marked_by": _("哪位老师看的"),
                "marked_at": _("老师看的时间"),
            },
            technical=("attempt", "seq"),
            erasure=Erasure.BLANK,
            # Right or wrong is what statistics count; the answer itself goes.
            blank={"answer": [], "comment": ""},
            stays=_("某道题有一个人答对或答错，没有姓名和答案。"),
        ),
        PersonalModel(
            model="learning.LateAnswer",
            title=_("交了以后才到的答案"),
            person="attempt__enrolment__learner",
            why=_ANSWERS,
            fields={
                "block_id": Datum(_("题目"), words=question_words),
                "answer": Datum(_("您的答案"), words=answer_words),
                "arrived_at": _("到的时间"),
            },
            technical=("attempt", "seq"),
            erasure=Erasure.DELETE,
        ),
        PersonalModel(
            model="learning.WorkFile",
            title=_("您交的作品"),
            person="enrolment__learner",
            why=_WORK,
            fields={
                "lesson": _("哪一课"),
                "block_id": Datum(_("题目"), words=question_of_work),
                "kind": _("是什么"),
                "file": Datum(_("在哪儿拿"), words=address_of_work),
                "name": _("文件叫什么"),
                "size": _("多少字节"),
                "uploaded_at": _("交的时间"),
            },
            technical=("enrolment", "key", "sha256"),
            erasure=Erasure.DELETE,
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
                "deadline": _("答到什么时候为止"),
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
                "watched": Datum(_("看过、听过几秒"), words=seconds_watched),
                "positions": Datum(_("停在第几秒"), words=places_in_media),
                "transcripts": Datum(
                    _("读过的文字稿"), words=lambda row, value: len(value)
                ),
                "source": _("怎么记下的"),
                "hours_until": _("学时记到什么时候"),
                "rule": Datum(_("按什么算学完"), words=lambda row, value: value),
            },
            technical=("enrolment",),
            erasure=Erasure.BLANK,
            # How far and whether finished is counted; where each minute went is not.
            blank={"positions": {}},
            stays=_STAY,
        ),
        PersonalModel(
            model="learning.GroupSeat",
            title=_("您参加的集体学习"),
            person="learner",
            why=_LEARNING,
            fields={
                "sitting": _("哪一次"),
                "credited_at": _("记好的时间"),
            },
            erasure=Erasure.KEEP,
            stays=_("某次集体学习有一个人在，没有姓名。"),
        ),
        Mention("learning.GroupSitting", _("您带的集体学习"), ("led_by",)),
        shown=20,
    )


def give_up_places(user: Any, at: datetime) -> None:
    """A place in a class that has not ended, or in its queue, goes to the next.

    Courses without dates have no places: their enrolments stay as they are.
    """
    from learning.services.enrolment import leave_everything

    leave_everything(learner=user, by=user, at=at)
