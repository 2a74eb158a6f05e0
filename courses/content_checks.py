"""What is looked for in what somebody writes, so that every resident can use it.

One rule is one small function of a block; it reads values and never writes. What it
finds is said to the author with what to do. The findings that block are asked again
before residents see the page (`services/publishing.py`); the rest is advice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from courses.blocks.media import missing_words, problem_of_captions
from courses.lesson_sample import holds_sample
from courses.prose import count_sentences, length_of, read_rich_text, sentences_of

LONGEST_SENTENCE = 40
MOST_SENTENCES = 3
QUOTED_SIGNS = 12
# Links that say nothing to somebody who hears only the links of a page.
EMPTY_LINK_WORDS = {
    "点这里", "点击这里", "请点这里", "请点击这里", "点此", "点击此处", "点我", "这里",
    "此处", "更多", "查看更多", "了解更多", "详情", "查看详情", "链接", "点击", "查看",
    "here", "click here", "more", "link",
}  # fmt: skip
AROUND_WORDS = " \t\n\u3000。.，,！!：:；;（）()[]【】「」《》<>〉»→…～~"
# Pictures stand in both.
PICTURE_TYPES = ("picture", "step")


class Severity(StrEnum):
    """Whether the page may go out with it."""

    BLOCKING = "blocking"
    ADVICE = "advice"


@dataclass(frozen=True)
class Found:
    """What a rule says of a block: the field, and the sentence for the author."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """One thing to mend, and where. `place` counts the blocks from 1."""

    rule: str
    severity: Severity
    block_id: str
    place: int
    field: str
    sentence: str

    @property
    def is_blocking(self) -> bool:
        return self.severity is Severity.BLOCKING

    @property
    def anchor(self) -> str:
        """The place of the block in the editor's page (Wagtail names it so)."""
        return f"#block-{self.block_id}-section"


# --- What the residents cannot do without ---------------------------------------------


def picture_without_words(child: Any) -> Iterator[Found]:
    value = child.value
    if child.block_type not in PICTURE_TYPES or not value.get("image"):
        return
    if not value.get("is_decoration") and not (value.get("alt") or "").strip():
        yield Found("alt", _("请写一句图里有什么；如果图只是好看，请勾「只是装饰」。"))


def video_without_words(child: Any) -> Iterator[Found]:
    if child.block_type == "video":
        for field, error in missing_words(child.value).items():
            yield Found(field, str(error.messages[0]))


def broken_captions(child: Any) -> Iterator[Found]:
    captions = child.value.get("captions") if child.block_type == "video" else None
    problem = problem_of_captions(captions) if captions else ""
    if problem:
        yield Found("captions", problem)


def recording_without_words(child: Any) -> Iterator[Found]:
    if (
        child.block_type == "audio"
        and not (child.value.get("transcript") or "").strip()
    ):
        yield Found("transcript", _("请写上录音的文字稿。"))


def empty_heading(child: Any) -> Iterator[Found]:
    if child.block_type == "text":
        for heading in read_rich_text(child.value.source).headings:
            if not heading:
                yield Found("", _("有一个小标题是空的。请写上字，或者把那一行删掉。"))


def table_without_header(child: Any) -> Iterator[Found]:
    if child.block_type == "text":
        for has_header in read_rich_text(child.value.source).tables:
            if not has_header:
                yield Found(
                    "",
                    _("表格没有表头。请在第一行写明每一列是什么，或者改成几句话。"),
                )


def sample_left(child: Any) -> Iterator[Found]:
    if holds_sample(child):
        yield Found("sentences", _("这一步还是示例。请改成您自己的，或者删掉。"))


# --- What makes it easier -------------------------------------------------------------


def link_that_says_nothing(child: Any) -> Iterator[Found]:
    if child.block_type == "text":
        for link in read_rich_text(child.value.source).links:
            words = link.strip(AROUND_WORDS)
            if words.lower() in EMPTY_LINK_WORDS:
                sentence = _(
                    "链接「%(words)s」没说通到哪里。请写明白，比如「看揉面的视频」。"
                )
                yield Found("", sentence % {"words": words})


def long_sentence(child: Any) -> Iterator[Found]:
    for field, text in _texts(child):
        for one in sentences_of(text):
            length = length_of(one)
            if length > LONGEST_SENTENCE:
                sentence = _(
                    "「%(start)s……」这句有 %(length)s 个字，太长。请分成两句，"
                    "每句不超过 %(most)s 个字。"
                )
                yield Found(
                    field,
                    sentence
                    % {
                        "start": one[:QUOTED_SIGNS],
                        "length": length,
                        "most": LONGEST_SENTENCE,
                    },
                )


def step_with_many_sentences(child: Any) -> Iterator[Found]:
    if child.block_type != "step":
        return
    total = sum(count_sentences(text) for _field, text in _texts(child))
    if total > MOST_SENTENCES:
        sentence = _("这一步有 %(total)s 句话。请分成两步，一步不超过 %(most)s 句。")
        yield Found("sentences", sentence % {"total": total, "most": MOST_SENTENCES})


def _texts(child: Any) -> Iterator[tuple[str, str]]:
    """What is read in a block, each with the name of its field."""
    if child.block_type == "text":
        for paragraph in read_rich_text(child.value.source).paragraphs:
            yield "", paragraph
    elif child.block_type == "step":
        for sentence in child.value.get("sentences") or ():
            yield "sentences", sentence or ""
    elif child.block_type == "tip":
        yield "text", child.value.get("text") or ""


# --- Of the whole page ----------------------------------------------------------------


def only_a_file(children: list[Any]) -> Iterator[tuple[int, Found]]:
    """A page that teaches by a file alone: a phone shows it small, or not at all."""
    from courses.blocks.lesson import QUESTION_TYPES

    teaching = [one for one in children if one.block_type not in QUESTION_TYPES]
    if teaching and all(one.block_type == "file" for one in teaching):
        sentence = _(
            "这里只有文件。手机上看不清、打不开的人就学不了。请把要紧的写成几步，"
            "文件留着打印。"
        )
        yield children.index(teaching[0]), Found("document", sentence)


Rule = Callable[[Any], Iterator[Found]]
BLOCKING: tuple[Rule, ...] = (
    picture_without_words,
    video_without_words,
    broken_captions,
    recording_without_words,
    empty_heading,
    table_without_header,
    sample_left,
)
ADVICE: tuple[Rule, ...] = (
    link_that_says_nothing,
    long_sentence,
    step_with_many_sentences,
)


def check_body(body: Iterable[Any]) -> list[Finding]:
    """Everything to mend in a StreamField value, block by block."""
    children = list(body)
    findings = []
    for place, child in enumerate(children, start=1):
        for severity, rules in (
            (Severity.BLOCKING, BLOCKING),
            (Severity.ADVICE, ADVICE),
        ):
            for rule in rules:
                for found in rule(child):
                    findings.append(_finding(rule, severity, child, place, found))
    for index, found in only_a_file(children):
        findings.append(
            _finding(only_a_file, Severity.BLOCKING, children[index], index + 1, found)
        )
    return findings


def _finding(
    rule: Callable[..., Any], severity: Severity, child: Any, place: int, found: Found
) -> Finding:
    return Finding(
        rule=rule.__name__,
        severity=severity,
        block_id=child.id or "",
        place=place,
        field=found.field,
        sentence=found.sentence,
    )
