"""What staff see of a class: the same figures on every screen and in every file."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.models import AuditEntry
from learning.desk import courses_for_desk
from learning.insight import class_figures
from learning.matrix import Cell, Matrix
from learning.stuck_where import stops_of_class, where_they_stopped
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    question_block,
    text_block,
    video_block,
)
from tests.learning.reports import hand_in, progress, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(course_a):
    return course_a.runs.get(is_self_paced=True)


@pytest.fixture
def lessons(course_a):
    return [make_lesson(course_a, title=title) for title in ("第一课", "第二课")]


@pytest.fixture
def people(run, lessons):
    """Seven studying: two finished, one under way, two stuck, two not begun."""
    rows = {
        "done-1": put(run, "done-1", seen=1, is_done=True),
        "done-2": put(run, "done-2", seen=40, is_done=True),
        "busy": put(run, "busy", seen=6),
        "stuck": put(run, "stuck", seen=8),
        "silent": put(run, "silent", seen=31),
        "new": put(run, "new"),
        "never": put(run, "never", ago=31),
    }
    for name in ("done-1", "done-2"):
        for lesson in lessons:
            progress(rows[name], lesson, is_done=True)
    progress(rows["busy"], lessons[0], is_done=True)
    progress(rows["stuck"], lessons[0], seen=8)
    progress(rows["silent"], lessons[0], is_done=True)
    progress(rows["silent"], lessons[1], seen=31, passed=False)
    return rows


EXPECTED = {
    "studying": 7,
    "finished": 2,
    "unfinished": 5,
    "stuck": 2,
    "under_way": 1,
    "not_begun": 2,
    "dormant": 2,
}


def body(response):
    return b"".join(response.streaming_content)


def take_away(client, name, run, **data):
    url = reverse(f"desk:{name}", args=[run.pk])
    return client.post(url, {"reason": "年底总结", **data})


def csv_rows(response):
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


def test_every_screen_and_file_shows_the_same_figures(client, teacher_a, run, people):
    assert class_figures(teacher_a, run) == EXPECTED
    client.force_login(teacher_a)
    home = courses_for_desk(teacher_a).get(pk=run.pk)
    assert (home.enrolled, home.finished, home.stuck) == (7, 2, 2)
    roster = client.get(reverse("desk:roster", args=[run.pk])).context["summary"]
    assert roster == {"all": 7, "stuck": 2, "unfinished": 5, "finished": 2}
    for show, number in roster.items():
        page = client.get(reverse("desk:roster", args=[run.pk]), {"show": show})
        assert len(page.context["rows"]) == number, show
    for name in ("matrix", "stuck"):
        page = client.get(reverse(f"desk:{name}", args=[run.pk]))
        assert page.context["figures"] == EXPECTED, name
    listed = csv_rows(take_away(client, "export", run, format="csv"))[1:]
    assert len(listed) == 7
    assert sum(row[-1] == "卡住了" for row in listed) == 2
    assert sum(row[-1] == "学完了" for row in listed) == 2
    assert sum(row[-1] == "还没开始" for row in listed) == 2
    matrix = csv_rows(take_away(client, "export_matrix", run, format="csv"))[1:-1]
    assert len(matrix) == 7
    assert sum(row[-1] == "2" for row in matrix) == 2


def test_the_figures_of_all_groups_add_up(teacher_a, run, people):
    found = class_figures(teacher_a, run)
    assert found["studying"] == found["finished"] + found["unfinished"]
    parts = found["stuck"] + found["under_way"] + found["not_begun"]
    assert found["unfinished"] == parts


def test_who_teaches_with_somebody_else_counts_everybody_once(
    teacher_a, course_a, run, people
):
    from courses.models import CoursePage
    from tests.factories import make_profile

    course = CoursePage.objects.get(pk=course_a.pk)
    course.teachers = [*course.teachers.all(), make_profile(course.school, "助教")]
    course.save()
    assert class_figures(teacher_a, run)["studying"] == 7


def test_a_cell_says_in_words_how_far_somebody_is(client, teacher_a, run, people):
    rows = {row.name: row.cells for row in Matrix(teacher_a, run).stream()}
    assert rows["done-1"] == [Cell.DONE, Cell.DONE]
    assert rows["stuck"] == [Cell.HALF, Cell.NOT_BEGUN]
    assert rows["silent"] == [Cell.DONE, Cell.FAILED]
    assert rows["never"] == [Cell.NOT_BEGUN, Cell.NOT_BEGUN]
    client.force_login(teacher_a)
    page = client.get(reverse("desk:matrix", args=[run.pk]))
    for words in ("学完", "学到一半", "没及格", "没开始"):
        assert words in page.content.decode()
    assert [one.done for one in page.context["foot"]] == [4, 2]


def test_the_printed_matrix_names_the_same_people(client, teacher_a, run, people):
    client.force_login(teacher_a)
    page = client.get(reverse("desk:print_matrix", args=[run.pk]))
    assert [row.name for row in page.context["rows"]] == list(people)


@pytest.mark.parametrize("name", ["roster", "matrix", "stuck"])
def test_a_page_costs_the_same_with_seven_people_and_with_twenty(
    client, teacher_a, run, people, lessons, name
):
    client.force_login(teacher_a)
    url = reverse(f"desk:{name}", args=[run.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(13):
        progress(put(run, f"more-{number}", seen=9), lessons[0], seen=9)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)


def test_a_matrix_file_reads_once_for_each_chunk(teacher_a, run, people, monkeypatch):
    monkeypatch.setattr("learning.matrix.CHUNK", 3)
    matrix = Matrix(teacher_a, run)
    with CaptureQueriesContext(connection) as captured:
        assert len(list(matrix.stream())) == 7
    # One for the people, and one for the progress of three, three and one of them.
    assert len(captured) == 4


def test_a_page_beyond_the_last_is_the_last(client, teacher_a, run, people):
    client.force_login(teacher_a)
    url = reverse("desk:matrix", args=[run.pk])
    assert len(client.get(url, {"page": "99"}).context["rows"]) == 7
    assert len(client.get(url, {"page": "x"}).context["rows"]) == 7


def test_where_people_stop_counts_who_began_and_did_not_finish(
    teacher_a, run, people, lessons
):
    first, second = stops_of_class(teacher_a, run)
    assert (first.stopped, first.for_a_week, first.for_a_month) == (1, 1, 0)
    assert (second.stopped, second.for_a_week, second.for_a_month) == (1, 1, 1)


def test_the_block_where_most_stopped_is_named(client, teacher_a, course_a, run):
    lesson = make_lesson(
        course_a, text_block(), video_block("v", make_media()), question_block("q")
    )
    for number in range(3):
        row = put(run, f"p{number}", seen=8)
        known = {"v": [0, 20.0]} if number else {"text": [0, 0]}
        known = {block_id(name): place for name, place in known.items()}
        progress(row, lesson, seen=8, positions=known)
    place = where_they_stopped(teacher_a, run, lesson)
    assert place.number == 2
    assert place.words.startswith("第 2 块")
    client.force_login(teacher_a)
    page = client.get(reverse("desk:stuck_lesson", args=[run.pk, lesson.pk]))
    assert place.words in page.content.decode()
    assert len(page.context["people"]) == 3


def test_a_lesson_of_another_course_is_not_there(client, teacher_a, run, course_b):
    other = make_lesson(course_b)
    client.force_login(teacher_a)
    url = reverse("desk:stuck_lesson", args=[run.pk, other.pk])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["export_matrix", "export_questions"])
def test_without_a_reason_no_report_leaves(client, teacher_a, run, name):
    client.force_login(teacher_a)
    url = reverse(f"desk:{name}", args=[run.pk])
    assert client.post(url, {"format": "csv"}).status_code == 422
    assert not AuditEntry.objects.filter(action__endswith=".export").exists()


def test_a_matrix_that_leaves_is_written_down(client, teacher_a, run, people):
    client.force_login(teacher_a)
    body(take_away(client, "export_matrix", run, format="csv"))
    entry = AuditEntry.objects.get(action="matrix.export")
    assert entry.detail == {"reason": "年底总结", "format": "csv", "rows": 7}


def test_names_and_titles_in_a_matrix_are_never_formulas(
    client, teacher_a, course_a, run
):
    make_lesson(course_a, title="=1+1")
    put(run, "@SUM(A1)")
    client.force_login(teacher_a)
    rows = csv_rows(take_away(client, "export_matrix", run, format="csv"))
    assert rows[0][2] == "'=1+1"
    assert rows[1][0] == "'@SUM(A1)"
    book = load_workbook(
        io.BytesIO(body(take_away(client, "export_matrix", run, format="xlsx")))
    )
    assert book.active["C1"].data_type == "s"


def test_the_analysis_of_questions_leaves_as_a_sheet_without_names(
    client, teacher_a, course_a, run
):
    lesson = make_lesson(course_a, question_block("q"))
    hand_in(put(run, "王小满"), lesson, q="b")
    client.force_login(teacher_a)
    raw = body(take_away(client, "export_questions", run))
    sheet = load_workbook(io.BytesIO(raw)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][1] == "q?"
    assert rows[1][7] == "b（1）"
    assert "王小满" not in str(rows)
    assert AuditEntry.objects.filter(action="questions.export").exists()
