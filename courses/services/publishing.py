"""What must be there before residents see a lesson."""

from typing import Any

from django.utils.translation import gettext as _

from courses.blocks.lesson import DRAW_TYPE
from courses.content_checks import check_body
from courses.exceptions import NotReadyError


def problems_of(lesson: Any) -> list[str]:
    """What a lesson still lacks, as sentences for its author; empty when ready.

    The same findings that the editor shows while somebody writes; advice is none.
    """
    problems = [
        (finding.place, finding.sentence)
        for finding in check_body(lesson.body)
        if finding.is_blocking
    ]
    for place, child in enumerate(lesson.body, start=1):
        problems += [(place, one) for one in _problem_of_draw(lesson, child)]
    where = _("第 %(number)s 块：")
    return [
        where % {"number": place} + sentence for place, sentence in sorted(problems)
    ]


def _problem_of_draw(lesson: Any, child: Any) -> list[str]:
    """A draw needs a bank of the lesson's own school with something in it."""
    if child.block_type != DRAW_TYPE:
        return []
    bank = child.value.get("bank")
    if bank is None:
        return [_("请选从哪个题库抽。")]
    school = lesson.course.school
    if school is None or not bank.path.startswith(school.path):
        return [_("这个题库不是本校的。请选本校的题库。")]
    if not question_count(bank):
        return [_("这个题库里还没有题。请先写几道题。")]
    return []


def question_count(bank: Any) -> int:
    """How many questions the bank holds, as it was saved last."""
    return len(bank.specific.get_latest_revision_as_object().body)


def short_draws(lesson: Any) -> list[str]:
    """Draws that want more than their bank has, as sentences: then all are asked."""
    found = []
    for child in lesson.body:
        bank = child.value.get("bank") if child.block_type == DRAW_TYPE else None
        if bank is None:
            continue
        wanted, there = child.value["count"], question_count(bank)
        if there < wanted:
            sentence = _(
                "要从题库「%(bank)s」抽 %(wanted)s 题，里面现在只有 %(there)s 题，会全都用上。"
            )
            found.append(
                sentence % {"bank": bank.title, "wanted": wanted, "there": there}
            )
    return found


def require_ready(lesson: Any) -> None:
    """Let pass what every resident can use.

    Raises:
        NotReadyError: the sentences of `problems_of`, one a line.
    """
    problems = problems_of(lesson)
    if problems:
        raise NotReadyError("\n".join(problems))
