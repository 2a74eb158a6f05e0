"""The four types that are not chosen from a list, from the page to what is kept.

Filled in, a number, put in order, matched: by the script's report and by a plain form,
sent twice, forged, printed, taken along, erased.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import StreamValue

from accounts.services.data_copy import write_zip
from accounts.services.erasure import erase_person
from courses.blocks.arranged import partner_id
from learning.models import Attempt, LessonProgress, Response
from learning.services.enrolment import enrol_learner
from tests.factories import make_learner
from tests.learning.lessons import (
    fill_in_block,
    make_lesson,
    matching_block,
    numeric_block,
    option_id,
    ordering_block,
    question_block,
)

pytestmark = pytest.mark.django_db

PLACES = [option_id("o", place) for place in "123"]
PAIRS = [option_id("m", place) for place in "123"]


def pairs(*places: int) -> list[str]:
    """Which right half each left one is given; (0, 1, 2) is right."""
    return [
        f"{left}:{partner_id(PAIRS[place])}"
        for left, place in zip(PAIRS, places, strict=True)
    ]


def as_form(choice: list[str]) -> dict[str, str]:
    return {f"pair-{one.split(':')[0]}": one.split(":")[1] for one in choice}


@dataclass(frozen=True)
class Kind:
    """One type: its block, answers to it, and how a plain form says them."""

    block: dict[str, Any]
    right: Any
    wrong: Any
    share: float  # of the wrong one
    right_form: dict[str, str]
    wrong_form: dict[str, str]
    words: list[str]  # of the wrong answer
    left_out: str

    @property
    def id(self) -> str:
        return str(self.block["id"])


KINDS = {
    "fill_in": Kind(
        fill_in_block("f"), "溫水", "冷水", 0,
        {"typed": "温　水"}, {"typed": "冷水"}, ["冷水"], "请先把答案写上",
    ),
    "numeric": Kind(
        numeric_block("n", "1500", unit="克"), "1，500克", "3,14", 0,
        {"typed": "１５００"}, {"typed": "3,14"}, ["3,14"], "请先把答案写上",
    ),
    "ordering": Kind(
        ordering_block("o"), PLACES, [PLACES[0], PLACES[2], PLACES[1]], 0.3333,
        {f"place-{one}": str(place) for place, one in enumerate(PLACES, 1)},
        dict(zip([f"place-{one}" for one in PLACES], "132", strict=True)),
        ["和面", "上锅蒸", "醒面"], "两样不能选同一个",
    ),
    "matching": Kind(
        matching_block("m"), pairs(0, 1, 2), pairs(1, 1, 2), 0.6667,
        as_form(pairs(0, 1, 2)), as_form(pairs(1, 1, 2)),
        ["发面 — 蒸饺", "烫面 — 蒸饺", "死面 — 面条"], "请给每一样都选好一个",
    ),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(course_a, kind):
    return make_lesson(course_a, kind.block)


@pytest.fixture
def in_class(client, learner, enrolment):
    """A learner of the course, signed in."""
    client.force_login(learner)
    return client


def url(lesson):
    return reverse("learning:progress", args=[lesson.pk])


def send(client, lesson, *events, key=""):
    return client.post(
        url(lesson),
        json.dumps({"events": list(events), "key": key}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def answer(kind, choice, seq=1, **more):
    return {"type": "answer", "block": kind.id, "choice": choice, "seq": seq, **more}


def page_of(client, lesson, query=""):
    response = client.get(lesson.url + query)
    assert response.status_code == 200
    return response.content.decode()


# --- By the script ----------------------------------------------------------------------


def test_an_answer_is_graded_and_told_with_the_teachers_sentence(
    in_class, lesson, kind
):
    told = send(in_class, lesson, answer(kind, kind.wrong)).json()["answers"][kind.id]
    assert told == {"is_right": False, "remarks": ["不是它"], "seq": 1}
    assert float(Response.objects.get().share) == kind.share
    told = send(in_class, lesson, answer(kind, kind.right, 2)).json()["answers"]
    assert told[kind.id] == {"is_right": True, "remarks": ["就是它"], "seq": 2}
    row = Response.objects.get()
    assert (row.is_right, float(row.share)) == (True, 1)


def test_what_was_typed_is_kept_as_typed_and_an_order_as_an_order(
    in_class, lesson, kind
):
    send(in_class, lesson, answer(kind, kind.wrong))
    kept = Response.objects.get().answer
    assert kept == (sorted(kind.wrong) if kind is KINDS["matching"] else kind.wrong)


def test_the_same_report_twice_is_one_effect(in_class, lesson, kind):
    first = send(in_class, lesson, answer(kind, kind.right), key="k")
    second = send(in_class, lesson, answer(kind, kind.right), key="k")
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert Response.objects.count() == 1


def test_an_older_answer_that_arrives_late_changes_nothing(in_class, lesson, kind):
    send(in_class, lesson, answer(kind, kind.right, 5))
    send(in_class, lesson, answer(kind, kind.wrong, 4))
    assert Response.objects.get().is_right


@pytest.mark.parametrize("first", ["right", "wrong"])
def test_two_devices_that_counted_alike_end_with_the_same_answer(
    in_class, lesson, kind, first
):
    both = [kind.right, kind.wrong] if first == "right" else [kind.wrong, kind.right]
    for choice in both:
        send(in_class, lesson, answer(kind, choice, 3))
    kept = Response.objects.get().answer
    other = [lesson.content.questions[0].value.kept(one) for one in both]
    assert kept == max(other, key=json.dumps)


@pytest.mark.parametrize(
    "choice",
    [
        None, True, 3, 3.14, "", "  ", "字" * 201, "a\x00b", "\ud800", [], {}, [[]],
        ["温水"], [1, 2, 3], PLACES[:2], [*PLACES, PLACES[0]], [PLACES[0]] * 3,
        [*PLACES[:2], "elsewhere"], PAIRS, pairs(0, 1, 2)[:2], [*pairs(0, 1, 2), "x:y"],
        [pairs(0, 1, 2)[0]] * 3, [f"{one}:{one}" for one in PAIRS], {"typed": "温水"},
    ],
)  # fmt: skip
def test_another_shape_is_refused_and_nothing_of_it_is_kept(
    in_class, lesson, kind, choice
):
    response = send(in_class, lesson, {"type": "view"}, answer(kind, choice))
    assert response.status_code == 422
    assert not Response.objects.exists()
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("kind", [KINDS["fill_in"], KINDS["numeric"]])
def test_a_typed_answer_has_a_length(in_class, lesson, kind):
    assert send(in_class, lesson, answer(kind, "字" * 200)).status_code == 200
    assert send(in_class, lesson, answer(kind, "字" * 201, 2)).status_code == 422
    assert Response.objects.get().answer == "字" * 200


# --- By a plain form ------------------------------------------------------------------------


def test_without_a_script_the_lesson_is_finished_too(in_class, lesson, kind):
    form = {"event": "answer", "block": kind.id}
    response = in_class.post(url(lesson), form | kind.wrong_form, follow=True)
    text = response.content.decode()
    assert "再想想" in text
    assert "不是它" in text
    in_class.post(url(lesson), form | kind.right_form)
    response = in_class.post(url(lesson), {"event": "done"})
    assert response.url == reverse("learning:done", args=[lesson.pk])
    assert LessonProgress.objects.get().completed_at is not None
    assert Attempt.objects.get().score == 100


def test_a_form_sent_again_is_the_same_answer(in_class, lesson, kind):
    form = {"event": "answer", "block": kind.id, **kind.right_form}
    in_class.post(url(lesson), form)
    in_class.post(url(lesson), form)
    assert Response.objects.get().seq == 1
    in_class.post(url(lesson), form | kind.wrong_form)
    assert Response.objects.get().seq == 2


@pytest.mark.parametrize("step", ["", "1"])
def test_a_form_with_something_left_out_keeps_the_rest(in_class, lesson, kind, step):
    filled = dict(list(kind.right_form.items())[:-1])
    form = {"event": "answer", "block": kind.id, "step": step, **filled}
    response = in_class.post(url(lesson), form)
    query = parse_qs(urlsplit(response.url).query)
    assert {name: one for name, [one] in query.items() if name != "step"} == filled
    text = in_class.get(response.url).content.decode()
    assert kind.left_out in text
    assert text.count(" selected>") + text.count(' selected lang="') == len(filled)
    assert not Attempt.objects.exists()


def test_a_forged_form_is_refused(in_class, lesson, kind):
    forged = dict.fromkeys(kind.right_form, "x" * 201)
    form = {"event": "answer", "block": kind.id}
    if kind is not KINDS["ordering"]:
        assert in_class.post(url(lesson), form | forged).status_code == 422
    other = {"event": "answer", "block": "elsewhere", **kind.right_form}
    assert in_class.post(url(lesson), other).status_code == 422
    assert not Response.objects.exists()


# --- On the page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "is_needed"),
    [
        (ordering_block("o"), True),
        (matching_block("m"), True),
        (fill_in_block("f"), False),
        (numeric_block("n", "1500"), False),
        (question_block("q"), False),
    ],
    ids=["ordering", "matching", "fill_in", "numeric", "single_choice"],
)
def test_the_script_that_arranges_comes_before_the_player_and_only_where_needed(
    in_class, course_a, block, is_needed
):
    text = page_of(in_class, make_lesson(course_a, block))
    names = ("answers", "player")
    scripts = [text.find(f"js/lesson/{name}") for name in names]
    assert scripts[1] > -1
    assert (scripts[0] > -1) == is_needed
    assert scripts == sorted(scripts)


def test_every_field_has_its_label_and_stands_in_one_group(in_class, lesson, kind):
    text = page_of(in_class, lesson)
    group = re.search(r"<fieldset aria-labelledby=.*?</fieldset>", text, re.DOTALL)
    assert group is not None
    names = set(re.findall(r'<(?:input|select) [^>]*name="([^"]+)"', group[0]))
    assert names == set(kind.right_form)
    fields = re.findall(r'<(?:input|select) id="([^"]+)"', group[0])
    assert len(fields) == len(names)
    for field in fields:
        assert group[0].count(f'<label class="field__label" for="{field}"') == 1


def test_the_page_tells_neither_answer_nor_remark(in_class, lesson, kind):
    text = page_of(in_class, lesson)
    for secret in ("温水", "1500", "就是它", "不是它"):
        assert secret not in text
    # Neither by their order nor by an id that two halves share.
    if kind is KINDS["ordering"]:
        assert re.findall(r'data-item="([^"]+)"', text) != PLACES
    if kind is KINDS["matching"]:
        options = re.findall(r'<option value="([^"]+)"', text)[:3]
        assert options != [partner_id(one) for one in PAIRS]
        assert not set(options) & set(PAIRS)


def test_an_answer_stands_in_the_form_and_in_the_list_at_the_end(
    in_class, lesson, kind
):
    send(in_class, lesson, answer(kind, kind.wrong))
    text = page_of(in_class, lesson)
    assert "、".join(kind.words) in text
    assert "您答的" in text
    if isinstance(kind.wrong, str):
        assert f'value="{kind.wrong}"' in text
    else:
        assert text.count(" selected") == len(kind.wrong)
    if kind is KINDS["ordering"]:
        assert re.findall(r'data-item="([^"]+)"', text) == kind.wrong


@pytest.mark.parametrize("name", ["ordering", "matching"])
def test_the_shuffled_order_stays_for_an_attempt_and_differs_between_people(
    client, course_a, name
):
    lesson = make_lesson(course_a, KINDS[name].block)
    orders = []
    for number in range(12):
        person = make_learner(f"shuffled-{number}")
        enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))
        client.force_login(person)
        seen = {
            tuple(re.findall(r'(?:data-item|option value)="([^"]+)"', text))
            for text in (page_of(client, lesson), page_of(client, lesson))
        }
        assert len(seen) == 1
        orders.append(seen.pop())
    assert len(set(orders)) > 1


def test_who_has_no_place_sees_the_question_and_answers_nothing(
    client, learner, course_a, kind
):
    lesson = make_lesson(course_a, kind.block, is_preview=True)
    client.force_login(learner)
    text = page_of(client, lesson)
    assert re.search(r"<fieldset[^>]* disabled", text)
    assert send(client, lesson, answer(kind, kind.right)).status_code == 403


def test_a_lesson_is_complete_when_all_types_are_answered(
    in_class, learner, enrolment, course_a
):
    lesson = make_lesson(
        course_a, *[one.block for one in KINDS.values()], pass_percent=40
    )
    events = [answer(one, one.wrong) for one in KINDS.values()]
    told = send(in_class, lesson, *events[:3], {"type": "done"}).json()
    assert not told["complete"]
    assert "还有 1 道题没答" in told["missing"][0]
    # A third and two thirds of two of four questions: a quarter of all.
    told = send(in_class, lesson, events[3]).json()
    assert not told["complete"]
    assert "25%" in told["missing"][0]
    told = send(in_class, lesson, answer(KINDS["fill_in"], "温水", 2)).json()
    assert told["complete"]
    assert Attempt.objects.get().score == 50


# --- Later --------------------------------------------------------------------------------


def test_the_paper_of_an_attempt_keeps_the_question_as_it_was(in_class, lesson, kind):
    send(in_class, lesson, answer(kind, kind.right))
    paper = Attempt.objects.get().paper
    assert [one["block_id"] for one in paper] == [kind.id]
    assert paper[0]["raw"]["value"]["prompt"] == kind.block["value"]["prompt"]


def test_a_question_as_its_author_has_just_written_it_can_be_frozen(
    in_class, lesson, kind
):
    """Before it is read from the database again, decimal numbers are no text yet."""
    from learning.paper import freeze_paper

    block = lesson.body[0].block
    value = block.to_python(kind.block["value"])
    stream = lesson.body.stream_block
    lesson.body = StreamValue(stream, [(kind.block["type"], value, kind.id)])
    [one] = freeze_paper(lesson)
    Attempt(paper=[one]).clean_fields(exclude=["enrolment", "lesson"])
    assert json.loads(json.dumps(one)) == one
    assert one["raw"]["value"]["prompt"] == kind.block["value"]["prompt"]


def test_an_answer_outlives_a_change_of_its_question(in_class, lesson, kind):
    send(in_class, lesson, answer(kind, kind.wrong))
    value = json.loads(json.dumps(kind.block["value"]))
    for name in ("items", "pairs"):
        if name in value:
            value[name] = value[name][1:]
    changed = [{**kind.block, "value": value}]
    lesson.body = lesson._meta.get_field("body").to_python(changed)
    lesson.save_revision().publish()
    assert "再想想" in page_of(in_class, lesson)


def test_on_paper_there_is_room_for_the_answer_and_nothing_of_it(
    in_class, lesson, kind
):
    text = in_class.get(reverse("learning:handout", args=[lesson.pk])).content.decode()
    assert kind.block["value"]["prompt"] in text
    for secret in ("温水", "1500", "就是它", "不是它"):
        assert secret not in text
    room = {"fill_in": 'class="lines"', "numeric": 'class="lines"'}
    room |= {"ordering": 'class="brackets"', "matching": 'class="halves"'}
    assert room[kind.block["type"]] in text
    if kind is KINDS["ordering"]:
        printed = re.findall(r"<li>([^<]+)</li>", text)
        assert sorted(printed) == sorted(["和面", "醒面", "上锅蒸"])
        assert printed != ["和面", "醒面", "上锅蒸"]
    if kind is KINDS["matching"]:
        printed = re.findall(r"<li>([^<]+)</li>", text)
        assert printed[:3] == ["发面", "烫面", "死面"]
        assert sorted(printed[3:]) == sorted(["馒头", "蒸饺", "面条"])
        assert printed[3:] != ["馒头", "蒸饺", "面条"]
    if kind is KINDS["numeric"]:
        assert "克" in text


def test_the_copy_of_ones_data_says_the_answer_in_words(
    in_class, learner, lesson, kind
):
    send(in_class, lesson, answer(kind, kind.wrong))
    held = io.BytesIO()
    write_zip(held, learner, timezone.now())
    with zipfile.ZipFile(held) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("我的资料.html").decode()
    [told] = [one for one in data["data"] if one["model"] == "learning.Response"]
    [row] = told["rows"]
    if isinstance(kind.wrong, str):
        assert row["answer"] == kind.wrong
    else:
        assert sorted(row["answer"]) == sorted(kind.words)
    for words in kind.words:
        assert words in page


def test_an_erasure_takes_what_was_typed_and_the_page_still_stands(
    in_class, learner, lesson, kind, settings, tmp_path
):
    settings.ERASURE_JOURNAL = str(tmp_path / "erasures.jsonl")
    send(in_class, lesson, answer(kind, kind.wrong))
    assert erase_person(user=learner)
    row = Response.objects.get()
    assert row.answer == []
    assert not row.is_right
    value = lesson.content.questions[0].value
    assert value.grade(row.answer).share == 0
    assert value.words_of(row.answer) == []
