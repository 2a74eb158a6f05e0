"""Writes `docs/cases.md`: files that people exchange, what should come of each, what does.

    DJANGO_SETTINGS_MODULE=learning_site.settings.test python -m tests.cases.report FOLDER

FOLDER holds `cases.jsonl` and the files; it is not part of the project.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "cases.md"
TITLES = {
    "questions": "Questions",
    "qti": "QTI",
    "user-import": "Lists of people",
}
LONGEST = 220
SPLIT = "one question of theirs is one of ours for each blank; each says so and wants a look"
OTHER_SYSTEM = "refused by name, with the formats that we read; the outcome allows it"
BROKEN = "not well-formed; nothing is guessed in an answer key"
NO_LIST = "no list of people: refused, and the heads that stand there are named"
NO_NUMBERS = "every row is read and named; without a telephone number it makes nobody"
QTI3 = "QTI 3.0 is refused by name; every system that writes it writes 2.1 too"
# What comes out otherwise than it was written down, and why that is right for us.
REASONS = {
    "moodlexml-multianswer.xml": SPLIT,
    "moodlexml-sample_questions_with_old_image_tag.xml": f"{SPLIT}; pictures are "
    "named and not taken along: a question has no picture with us",
    "zh-moodle.xml": SPLIT,
    "gift-windows-1252.txt": "refused naming the encoding; the outcome allows it",
    "blackboard-pool.dat": OTHER_SYSTEM,
    "cito-sample-package-qti3.zip": QTI3,
    "cito-kitchen-sink-test.qti2.xml": "only the contents of a test: refused, asking "
    "for the package that holds the questions too",
    "easyexcel-bom-no_bom.csv": NO_NUMBERS,
    "moodle-upload_users_cohorts.csv": NO_NUMBERS,
    **dict.fromkeys(
        (
            "moodle-tabfile.csv",
            "easyexcel-compatibility-t03.xlsx",
            "easyexcel-compatibility-t04.xlsx",
            "easyexcel-compatibility-t05.xlsx",
            "easyexcel-compatibility-t07.xlsx",
            "easyexcel-compatibility-t09.xlsx",
            "easyexcel-converter-converter07.xlsx",
            "easyexcel-demo-extra.xlsx",
            "easyexcel-multiplesheets-multiplesheets.xlsx",
        ),
        NO_LIST,
    ),
    "zh-roster-5000.csv": "a class has no 5,000 people: at most 500 at once, and the "
    "sentence says to cut the list; all is written in one request that one can wait for",
}


@dataclass(frozen=True)
class Line:
    """One file: what should come of it, what does, and the numbers of both."""

    file: str
    expected: str
    obtained: str
    wanted: int | None
    found: int | None

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]

    @property
    def has_the_number(self) -> bool:
        """Whether as many came out as were written down, where a number was."""
        return self.wanted is None or self.wanted == self.found

    @property
    def is_as_expected(self) -> bool:
        return self.has_the_number and self.name not in REASONS

    @property
    def verdict(self) -> str:
        if self.is_as_expected:
            return "as expected"
        return f"differs: {REASONS.get(self.name, 'NOT EXPLAINED')}"


def lines(folder: Path) -> Iterator[tuple[str, Line]]:
    """Every case of our kinds with its kind, in the order of the list."""
    listed = (folder / "cases.jsonl").read_text("utf-8").splitlines()
    for case in map(json.loads, listed):
        if case["kind"] in TITLES:
            raw = (folder / case["file"]).read_bytes()
            read = _people if case["kind"] == "user-import" else _questions
            obtained, found = read(raw, case)
            yield (
                case["kind"],
                Line(case["file"], case["outcome"], obtained, _wanted(case), found),
            )


def _wanted(case: dict[str, Any]) -> int | None:
    expect = case["expect"]
    for name in ("questions", "items", "people"):
        if name in expect:
            return int(expect[name])
    # «Rows» of a list are people only where the case says what is wrong in which.
    is_list = "errors" in expect or case["file"].endswith("zh-roster-5000.csv")
    return int(expect["rows"]) if is_list and "rows" in expect else None


def _questions(raw: bytes, case: dict[str, Any]) -> tuple[str, int | None]:
    from courses.exceptions import QuestionFileError
    from courses.question_files import read_questions

    try:
        read = read_questions(raw)
    except QuestionFileError as refusal:
        return f"refused: {refusal}", None
    said = Counter(one.verdict for one in read.items)
    parts = [f"{len(read.items)} questions ({read.form})"]
    parts += [
        f"{said[name]} {words}"
        for name, words in (
            ("ok", "good"), ("warning", "to be looked at"), ("refused", "refused"),
        )
        if said[name]
    ]  # fmt: skip
    first = next((one.message for one in read.items if one.message), "")
    notes = [*read.notes, *read.dropped]
    parts += [f"notes: {notes[0]}"] if notes else []
    parts += [f"first word: {first}"] if first else []
    return "; ".join(parts), len(read.items)


def _people(raw: bytes, case: dict[str, Any]) -> tuple[str, int | None]:
    from learning.roster_file import RosterFileError, read_roster

    try:
        read = read_roster(raw, case["file"].rpartition("/")[2])
    except RosterFileError as refusal:
        return f"refused: {refusal}", None
    parts = [f"{len(read.good)} people"]
    parts += [f"row {row.number}: {row.error}" for row in read.bad[:3]]
    parts += [f"row {row.number}: {row.warning}" for row in read.good if row.warning]
    parts += read.notes
    return "; ".join(parts), len(read.rows)


def text(folder: Path) -> str:
    """The whole document."""
    found = list(lines(folder))
    as_expected = sum(line.is_as_expected for _kind, line in found)
    written = [
        "# Files that people exchange",
        "",
        "Question files and lists of people as they are really passed on: what should come",
        "of each, what does, and where that differs, why. Written by",
        "`python -m tests.cases.report FOLDER`; `tests/cases/test_report.py` fails where it",
        "is not up to date. The files are not part of the project; what its own tests need",
        "they make themselves, with the same quirks.",
        "",
        f"{len(found)} files, {as_expected} as expected. Nothing of any of them is taken",
        "over before a person has looked at it.",
    ]
    for kind, title in TITLES.items():
        written += [
            "",
            f"## {title}",
            "",
            "| file | expected | obtained | |",
            "|---|---|---|---|",
        ]
        written += [
            f"| {line.name} | {_cell(line.expected)} | {_cell(line.obtained)} | {line.verdict} |"
            for its_kind, line in found
            if its_kind == kind
        ]
    return "\n".join(written) + "\n"


def _cell(words: str) -> str:
    plain = " ".join(words.split()).replace("|", r"\|").replace("<", "&lt;")
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


if __name__ == "__main__":
    django.setup()
    TARGET.write_text(text(Path(sys.argv[1])), "utf-8")
