"""Conversations as pages show them: to the learner, on the lesson and at the desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Max, Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.kept_sql import kept
from courses.blocks.lesson import MEDIA_TYPES, QUESTION_TYPES
from courses.models import LessonPage
from learning.models import Conversation, Message
from learning.models.message import ConversationQuerySet
from learning.steps import split_steps


@dataclass(frozen=True)
class AskedStep:
    """A step of a lesson that somebody asks about."""

    number: int
    key: str
    title: str
    place: str  # what is added to the lesson's address to come to it


def find_step(lesson: LessonPage, block_id: str) -> AskedStep | None:
    """The step that holds the block; None for the whole lesson and for what is gone."""
    blocks = list(lesson.body)
    groups = split_steps([one.block_type for one in blocks])
    for number, places in enumerate(groups, start=1):
        if block_id and block_id in {blocks[place].id for place in places}:
            first = blocks[places[0]]
            anchor = _anchor(first.block_type)
            return AskedStep(
                number=number,
                key=first.id,
                title=_title(first) or _("第 %(number)s 步") % {"number": number},
                place=f"?step={number}#{anchor}-{first.id}",
            )
    return None


def _anchor(kind: str) -> str:
    if kind in MEDIA_TYPES:
        return "m"
    return "q" if kind in QUESTION_TYPES else "b"


def _title(block: Any) -> str:
    if block.block_type == "step" or block.block_type in MEDIA_TYPES:
        return str(block.value["title"])
    if block.block_type in QUESTION_TYPES:
        value = block.value
        return str(value.get("prompt") or value.get("statement") or "")
    return ""


def _said() -> Prefetch:
    """The messages of each conversation in their order, with who wrote them."""
    said = Message.objects.select_related("by").order_by("at", "pk")
    return Prefetch("messages", queryset=said)


def _with_messages(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.select_related(
        "lesson", "enrolment__run__course", "enrolment__run__school"
    ).prefetch_related(_said())


def own_conversations(user: Any) -> QuerySet[Conversation]:
    """What a learner has asked; where something was said last comes first."""
    rows = Conversation.objects.filter(enrolment__learner=user)
    return (
        _with_messages(rows)
        .annotate(last_at=Max("messages__at"))
        .order_by("-last_at", "-pk")
    )


def asked_on(user: Any, lesson: LessonPage) -> list[Conversation]:
    """What a learner has asked about that lesson, with the answers; two short queries.

    Of most lessons nobody asks anything: nothing else is joined for the few who do.
    """
    found = _asked_on(learner=user.pk, lesson=lesson.pk)
    for one in found:
        one.lesson = lesson
    found.sort(key=_last_said, reverse=True)
    return found


@kept(learner=BigIntegerField(), lesson=BigIntegerField())
def _asked_on(learner: Any, lesson: Any) -> QuerySet[Conversation]:
    own = Conversation.objects.filter(enrolment__learner=learner, lesson=lesson)
    return own.prefetch_related(_said())


def _last_said(conversation: Conversation) -> tuple[Any, int]:
    """Orders as `own_conversations` does; nothing is asked anew."""
    times = [one.at for one in conversation.messages.all()]
    return (times[-1] if times else conversation.opened_at, conversation.pk)


def _of_others(user: Any) -> ConversationQuerySet:
    """Nobody answers themself: who teaches may learn too."""
    return Conversation.objects.visible_to(user).exclude(enrolment__learner=user)


def desk_conversations(user: Any, *, only_waiting: bool) -> QuerySet[Conversation]:
    """Whom the person may answer: who waits, the longest first; or all, the newest."""
    rows = _of_others(user)
    rows = (
        rows.waiting()
        if only_waiting
        else rows.annotate(last_at=Max("messages__at")).order_by("-last_at", "-pk")
    )
    found: QuerySet[Conversation] = _with_messages(rows).select_related(
        "lesson",
        "enrolment__learner",
        "enrolment__run__course",
        "enrolment__run__school",
    )
    return found


def count_waiting_people(user: Any) -> int:
    """How many learners wait for a word of that person."""
    rows = _of_others(user).waiting().order_by()
    return rows.values("enrolment__learner").distinct().count()


def count_news(user: Any) -> int:
    """How many conversations hold an answer that the learner has not opened."""
    row: dict[str, int] = _count_of_news.first(learner=user.pk)
    return row["number"] if row else 0


@kept(learner=BigIntegerField())
def _count_of_news(learner: Any) -> QuerySet[Any]:
    own = Conversation.objects.filter(enrolment__learner=learner).not_read()
    return own.order_by().values("has_news").annotate(number=Count("pk"))
