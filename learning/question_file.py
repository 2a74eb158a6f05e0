"""The question analysis of a class as rows of a file; nobody is named in it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.models import CourseRun
from learning.insight import lessons_of
from learning.question_report import QuestionRow, question_rows


def question_file(user: Any, run: CourseRun) -> Iterator[list[Any]]:
    """The header, then a row for each version of each question, lesson by lesson."""
    yield [
        _("第几课"),
        _("题目"),
        _("哪一版"),
        _("几人答了"),
        _("几人没答"),
        _("平均得分"),
        _("区分度"),
        _("答错的人选了什么"),
        _("可以看看"),
    ]
    for lesson in lessons_of(run):
        for row in question_rows(user, run, lesson):
            yield [lesson.title, *_cells(row)]


def _cells(row: QuestionRow) -> list[Any]:
    wrongs = [f"{one.words}（{one.number}）" for one in row.wrongs if one.number]
    return [
        row.prompt,
        _("现在的") if row.is_current else _("以前的"),
        row.figures.answered,
        row.figures.unanswered,
        row.facility_words,
        row.discrimination_words,
        "；".join(wrongs),
        " ".join(row.hints),
    ]
