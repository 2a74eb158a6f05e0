"""Question analysis of one lesson of a class, read in chunks with flat memory.

Of each learner counts the first attempt that was handed in, and no other: who tries again
has seen what was right. Versions of a question stand apart, told by the frozen paper.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.blocks.lesson import QUESTION_TYPES, LessonStreamBlock
from courses.blocks.questions import ChosenValue
from courses.models import CourseRun, LessonPage
from learning.choices import AttemptState
from learning.insight import people_of_class
from learning.models import Attempt, Response
from learning.question_figures import ENOUGH_ANSWERS, QuestionFigures, mean_of_rest

CHUNK = 1000
# A wrong answer is told with its words; the rarest are only counted.
WRONG_SHOWN = 5
ENOUGH_TO_QUOTE = 5
HALF = 0.5
# Below it who does well otherwise is no better at this question (Ebel, 1965: «poor»).
POOR_DISCRIMINATION, ALL_OF_THEM, HARDLY_ANY = 0.1, 0.95, 0.2
Key = tuple[str, str]


@dataclass(frozen=True)
class Wrong:
    """A wrong option or answer in words, and how many gave it."""

    words: str
    number: int


class QuestionRow:
    """One version of a question with its figures, in words."""

    def __init__(self, key: Key, raw: dict[str, Any]) -> None:
        self.block_id, self.sha256 = key
        # Whether it is the version asked last, and in which attempt that was.
        self.is_current = True
        self.last_asked = 0
        self.figures = QuestionFigures()
        block = LessonStreamBlock().child_blocks[raw["type"]]
        self.value: Any = block.to_python(raw["value"])
        self.is_chosen = isinstance(self.value, ChosenValue)
        self.right: set[str] = set(self.value.right_ids) if self.is_chosen else set()

    @property
    def prompt(self) -> str:
        return str(self.value.get("prompt") or self.value.get("statement") or "")

    def wrong_of(self, answer: Any, is_right: bool | None) -> list[str]:
        """What of an answer counts as wrongly given."""
        if self.is_chosen:
            return [str(one) for one in answer or () if one not in self.right]
        return [json.dumps(answer, ensure_ascii=False)] if is_right is False else []

    @property
    def wrongs(self) -> list[Wrong]:
        """The wrong options, or the most frequent wrong answers, most chosen first.

        What was typed is not told of fewer than five people: among so few, words point
        to a person.
        """
        counted = self.figures.wrong
        if self.is_chosen:
            found = [
                Wrong(str(one["text"]), counted[one["id"]])
                for one in self.value.choices
                if one["id"] not in self.right
            ]
            return sorted(found, key=lambda one: -one.number)
        if self.figures.answered < ENOUGH_TO_QUOTE:
            return []
        return [
            Wrong(self._words(json.loads(key)), number)
            for key, number in counted.most_common(WRONG_SHOWN)
        ]

    def _words(self, answer: Any) -> str:
        if isinstance(answer, str):
            return answer
        return _("；").join(self.value.words_of(answer)) or _("（没有内容）")

    @property
    def facility_words(self) -> str:
        facility = self.figures.facility
        if facility is None:
            return _("还没有人的答案判过分")
        return _("平均得分 %(percent)s%%") % {"percent": round(facility * 100)}

    @property
    def discrimination_words(self) -> str:
        if self.figures.correlation.n < ENOUGH_ANSWERS:
            if self.figures.marked and not self.figures.correlation.n:
                return _("只有这一道题，没有别的题可以比。")
            return _("答的人还不到 %(number)s 个，看不出来。") % {
                "number": ENOUGH_ANSWERS
            }
        found = self.figures.discrimination
        if found is None:
            return _("大家答得都一样，看不出来。")
        return f"{found:.2f}".replace("-", "−")

    @property
    def hints(self) -> list[str]:
        """What the teacher might look at; nothing while too few have answered."""
        if not self.figures.has_enough:
            return []
        found = [self._of_options(), self._of_discrimination(), self._of_facility()]
        if self.figures.unanswered > self.figures.asked * HALF:
            found.append(_("一半以上的人没有答：看看题目是不是太长，或者看不懂。"))
        return [one for one in found if one]

    def _of_options(self) -> str:
        worst = self.wrongs[0] if self.is_chosen and self.wrongs else None
        if worst is None or worst.number <= self.figures.answered * HALF:
            return ""
        return _("一半以上的人选了「%(option)s」：看看题目是不是有歧义。") % {
            "option": worst.words
        }

    def _of_discrimination(self) -> str:
        found = self.figures.discrimination
        if found is None or found >= POOR_DISCRIMINATION:
            return ""
        if found < 0:
            return _("别的题答得好的人，这道题反而答错：看看答案是不是标错了。")
        return _("学得好的和学得吃力的答得差不多：看看这道题问得清不清楚。")

    def _of_facility(self) -> str:
        facility = self.figures.facility or 0.0
        if facility >= ALL_OF_THEM:
            return _("几乎人人答对：可以留着给大家鼓鼓劲，也可以换一道。")
        if facility < HARDLY_ANY:
            return _("很少有人答对：这一点也许要再讲一遍。")
        return ""

    @property
    def count_words(self) -> str:
        number = self.figures.answered
        return ngettext("%(number)s 人答了", "%(number)s 人答了", number) % {
            "number": number
        }


def first_attempts(user: Any, run: CourseRun, lesson: LessonPage) -> Any:
    """The first attempt that each learner of the class handed in."""
    handed_in = Attempt.objects.filter(lesson=lesson, state=AttemptState.SUBMITTED)
    earlier = handed_in.filter(
        enrolment=OuterRef("enrolment"), number__lt=OuterRef("number")
    )
    people = people_of_class(user, run).values("pk")
    return handed_in.filter(~Exists(earlier), enrolment__in=people)


@lru_cache(maxsize=64)
def _paper(text: str) -> tuple[tuple[Key, str], ...]:
    """The questions of a paper. Mostly all learners have the same one: read it once."""
    return tuple(
        (
            (str(one["block_id"]), str(one.get("sha256", ""))),
            json.dumps(one["raw"]),
        )
        for one in json.loads(text)
        if (one.get("raw") or {}).get("type") in QUESTION_TYPES
    )


def question_rows(user: Any, run: CourseRun, lesson: LessonPage) -> list[QuestionRow]:
    """The questions of the lesson in their order, each followed by older versions.

    Two queries for each chunk of learners.
    """
    attempts = first_attempts(user, run, lesson).annotate(
        paper_text=Cast("paper", TextField())
    )
    heads = attempts.order_by("pk").values_list("pk", "paper_text")
    rows: dict[Key, QuestionRow] = {}
    found = heads.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        answers = _answers([pk for pk, _text in chunk])
        for pk, text in chunk:
            paper = _paper(text)
            for key, raw in paper:
                if key not in rows:
                    rows[key] = QuestionRow(key, json.loads(raw))
                rows[key].last_asked = pk
            _count(rows, [key for key, _raw in paper], answers.get(pk, {}))
    return list(_in_order(rows, lesson))


def _answers(keys: list[int]) -> dict[int, dict[str, tuple[Any, float | None, Any]]]:
    """The answers of these attempts: what, its share, whether right."""
    found: dict[int, dict[str, tuple[Any, float | None, Any]]] = {}
    rows = Response.objects.filter(attempt__in=keys).values_list(
        "attempt_id", "block_id", "answer", "share", "is_right"
    )
    for pk, block_id, answer, share, is_right in rows:
        points = None if share is None else float(share)
        found.setdefault(pk, {})[block_id] = (answer, points, is_right)
    return found


def _count(
    rows: dict[Key, QuestionRow],
    paper: list[Key],
    answers: dict[str, tuple[Any, float | None, Any]],
) -> None:
    """Add one attempt. A question that was left empty has no points in the rest."""
    shares: dict[str, float | None] = {
        block_id: answers[block_id][1] if block_id in answers else 0.0
        for block_id, _sha in paper
    }
    for key in paper:
        row = rows[key]
        row.figures.asked += 1
        if key[0] not in answers:
            continue
        answer, share, is_right = answers[key[0]]
        row.figures.add(
            share, row.wrong_of(answer, is_right), mean_of_rest(shares, key[0])
        )


def _in_order(rows: dict[Key, QuestionRow], lesson: Any) -> Iterator[QuestionRow]:
    """As the lesson has them now; the version asked last comes first of its block."""
    places = {child.id: place for place, child in enumerate(lesson.body)}
    last = len(places)
    ordered = sorted(
        rows.values(),
        key=lambda row: (
            places.get(row.block_id, last),
            row.block_id,
            -row.last_asked,
        ),
    )
    seen: set[str] = set()
    for row in ordered:
        row.is_current = row.block_id not in seen
        seen.add(row.block_id)
        yield row
