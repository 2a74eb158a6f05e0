"""Files that people really exchange come out as it was written down that they should."""

import json
import re

import pytest
from django.conf import settings

from courses.exceptions import QuestionFileError
from courses.question_files import read_questions
from courses.question_files.words import words_of_html

CASES = settings.BASE_DIR.parent / "shared" / "cases"
KINDS = ("questions", "qti")
# What the case counts as a question is refused as a whole file, by the words that follow.
REFUSED_WHOLE = {
    "gift-windows-1252.txt": "Windows-1252",
    "webct-calculated.txt": "WebCT",
    "blackboard-pool.dat": "Blackboard",
    "blackboard-fib.dat": "Blackboard",
    "examview-sample.xml": "ExamView",
    "canvas12-choice_vary_points_by_answer_zero_points.xml": "写坏了",
    "canvas12-fib.xml": "写坏了",
    "canvas12-fib_str.xml": "写坏了",
    "cito-kitchen-sink-item.qti3.xml": "QTI 3.0",
    "cito-kitchen-sink-test.qti3.xml": "QTI 3.0",
    "cito-sample-package-qti3.zip": "QTI 3.0",
    "cito-kitchen-sink-test.qti2.xml": "目录",
}

# One question of theirs with several blanks is one of ours for each blank.
SPLIT = {
    "moodlexml-multianswer.xml": 5,
    "moodlexml-sample_questions_with_old_image_tag.xml": 6,
    "zh-moodle.xml": 5,
}


def cases():
    listed = CASES / "cases.jsonl"
    if not listed.exists():
        return [pytest.param(None, marks=pytest.mark.skip(f"no {listed}"))]
    rows = [json.loads(line) for line in listed.read_text("utf-8").splitlines()]
    return [
        pytest.param(row, id=row["file"].rpartition("/")[2])
        for row in rows
        if row["kind"] in KINDS
    ]


def read(case):
    return read_questions((CASES / case["file"]).read_bytes())


@pytest.mark.parametrize("case", cases())
def test_the_file_gives_what_is_written_down(case):
    name, expect = case["file"].rpartition("/")[2], case["expect"]
    if name in REFUSED_WHOLE:
        with pytest.raises(QuestionFileError, match=REFUSED_WHOLE[name]):
            read(case)
        return
    found = read(case)
    count = SPLIT.get(name, expect.get("questions", expect.get("items")))
    if count is not None:
        assert len(found.items) == count
    assert all(item.message for item in found.items if item.verdict != "ok")
    check_answers(found, expect)
    if name not in SPLIT:
        check_names(found, expect)
    for item, oracle in zip(found.items, expect.get("oracle", ()), strict=False):
        check_gift(item, oracle)


def check_answers(found, expect):
    if "answers" in expect:
        got = [item.right_letters or "".join(item.answers) for item in found.items]
        assert got == expect["answers"]


def check_names(found, expect):
    if "names" in expect:
        assert [item.title for item in found.items] == [
            name for _kind, name in expect["names"]
        ]
        assert {item.category for item in found.items} <= set(expect["categories"])
    if "titles" in expect and "question_group" not in str(expect):
        assert [item.title for item in found.items][:8] == expect["titles"][:8]


OF_ORACLE = {
    "TF": {"true_false"}, "MC": {"single", "multiple"}, "Short": {"fill_in"},
    "Numerical": {"numeric"}, "Matching": {"matching"}, "Essay": {"short_answer"},
    "Description": {""},
}  # fmt: skip


def plain(said, item):
    text = said["text"]
    text = words_of_html(text, item) if said["format"] == "html" else text
    return " ".join(text.split())


def check_gift(item, oracle):
    assert item.kind in OF_ORACLE[oracle["type"]]
    shown = re.sub(r"[\s_.]+", "", item.prompt)
    assert shown == re.sub(r"[\s_.]+", "", plain(oracle["stem"], item))
    if oracle["type"] == "TF":
        assert item.answers == [str(oracle["isTrue"]).lower()]
    if oracle["type"] == "MC":
        assert [" ".join(one.text.split()) for one in item.options] == [
            plain(one["text"], item) for one in oracle["choices"]
        ]
        marked = any(one["isCorrect"] for one in oracle["choices"])
        assert [one.is_right for one in item.options] == [
            one["isCorrect"] if marked else (one["weight"] or 0) > 0
            for one in oracle["choices"]
        ]
    if oracle["type"] == "Short":
        assert item.answers == [
            one["text"]["text"]
            for one in oracle["choices"]
            if one["weight"] in (None, 100)
        ]
    if oracle["type"] == "Matching":
        assert [(pair.left, pair.right) for pair in item.pairs] == [
            (one["subquestion"]["text"], one["subanswer"])
            for one in oracle["matchPairs"]
        ]
