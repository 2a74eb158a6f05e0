"""How a lesson is cut into steps: pure, on the types of its blocks."""

import pytest

from learning.steps import is_quiz, split_steps

LETTERS = {
    "T": "text",
    "S": "step",
    "P": "picture",
    "p": "tip",
    "F": "file",
    "V": "video",
    "A": "audio",
    "Q": "single_choice",
    "M": "multiple_choice",
    "B": "true_false",
}


def cut(letters: str) -> list[str]:
    """«TSSQ» → the steps as the letters of their blocks."""
    groups = split_steps([LETTERS[one] for one in letters])
    return ["".join(letters[place] for place in group) for group in groups]


@pytest.mark.parametrize(
    ("lesson", "steps"),
    [
        ("", []),
        ("T", ["T"]),
        ("S", ["S"]),
        ("SSS", ["S", "S", "S"]),
        ("TSSQQ", ["T", "S", "S", "Q", "Q"]),
        ("TTPS", ["TTP", "S"]),
        ("STpPFS", ["STpPF", "S"]),
        ("VTSQBp", ["VT", "S", "Q", "Bp"]),
        ("AT", ["AT"]),
        ("SVT", ["S", "VT"]),
        ("QTTS", ["Q", "TT", "S"]),
        ("QFS", ["Q", "F", "S"]),
        ("QpTM", ["Qp", "T", "M"]),
        ("pQQ", ["p", "Q", "Q"]),
    ],
)
def test_a_step_takes_what_follows_it(lesson, steps):
    assert cut(lesson) == steps


@pytest.mark.parametrize("lesson", ["TSSQQp", "QTFSVpAQ", "PPPP", "pQpQp"])
def test_every_block_is_in_exactly_one_step_and_in_its_order(lesson):
    assert "".join(cut(lesson)) == lesson


@pytest.mark.parametrize(
    ("lesson", "quiz"),
    [("QQB", True), ("pQMp", True), ("Q", True), ("TQ", False), ("p", False), ("", 0)],
)
def test_a_quiz_only_asks(lesson, quiz):
    assert is_quiz([LETTERS[one] for one in lesson]) is bool(quiz)
