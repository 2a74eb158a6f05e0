"""What the editor finds in a lesson, with what teachers really write."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from wagtail.blocks import CharBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from courses.blocks import LessonStreamBlock
from courses.content_checks import check_body
from courses.exceptions import NotReadyError
from courses.lesson_sample import SAMPLE_MARK
from courses.prose import count_sentences, length_of, sentences_of
from courses.services.publishing import problems_of, require_ready

LONG = (
    "揉面的时候先用一只手压住面团的一头再用另一只手把面往前面推出去"
    "然后转半圈再推一次直到面团的表面变得又光又滑"
)


def block(kind: str, value: Any) -> Any:
    """A block as a StreamField gives it."""
    return SimpleNamespace(block_type=kind, value=value, id=f"id-{kind}")


def text(html: str) -> Any:
    return block("text", RichText(html))


def step(*sentences: str, **more: Any) -> Any:
    return block("step", {"title": "揉面", "sentences": list(sentences), **more})


GOOD = step("一手压住面。", "转半圈。")


def rules_of(*blocks: Any) -> list[str]:
    return [finding.rule for finding in check_body(blocks)]


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (step("看图。", image="一张图", alt=" "), "picture_without_words"),
        (block("picture", {"image": "一张图"}), "picture_without_words"),
        (
            block("video", {"is_spoken": True, "transcript": "大家好"}),
            "video_without_words",
        ),
        (block("audio", {"transcript": "\n"}), "recording_without_words"),
        (text("<h3 data-block-key='a'> </h3><p>先揉面。</p>"), "empty_heading"),
        (
            text("<table><tr><td>面</td><td>水</td></tr></table>"),
            "table_without_header",
        ),
        (step(f"{SAMPLE_MARK}先洗手。"), "sample_left"),
        (text("<p>菜谱<a href='/a/'>点这里</a></p>"), "link_that_says_nothing"),
        (
            text("<p><a linktype='page' id='3'><b>更多</b> &gt;&gt;</a></p>"),
            "link_that_says_nothing",
        ),
        (text(f"<p>{LONG}。</p>"), "long_sentence"),
        (step(LONG), "long_sentence"),
        (block("tip", {"text": LONG}), "long_sentence"),
        (
            step("压住面。往前推。", "转半圈。再推。"),
            "step_with_many_sentences",
        ),
    ],
)
def test_what_is_to_be_mended_is_found(found: Any, rule: str) -> None:
    assert rules_of(GOOD, found) == [rule]


@pytest.mark.parametrize(
    "fine",
    [
        step("看图。", image="一张图", is_decoration=True),
        step("看图。", image="一张图", alt="图里有一团面。"),
        block("video", {"is_spoken": False}),
        block("audio", {"transcript": "大家好。"}),
        text("<h3>为什么要醒</h3><p>面歇一歇才软。</p>"),
        text("<table><tr><th>面</th><th>水</th></tr></table>"),
        # Words that only begin like an empty link.
        text("<p><a href='/a/'>更多点心的做法</a>在这里。</p>"),
        # Not a link at all.
        text("<p>点这里。</p>"),
        # An address and numbers are not read sign by sign.
        text(
            "<p>网址是 https://example.org/a/very/long/address/of/a/page/that/goes/on"
            "?and=on 。</p>"
        ),
        # Full stops inside of quotes are part of what somebody says.
        step("老师说：「压住面。往前推。转半圈。」", "照着做。", "做三遍。"),
        # Nor do numbers, versions and names of files end a sentence.
        step("水温 37.5 度。", "面 1.5 斤，水 0.75 斤。", "存成 a.pdf 再打印。"),
        step("第 1. 步先和面", "第 2. 步再揉面", "第 3. 步醒面"),
        # A line of many short sentences is not a long one.
        text(f"<p>{'面要醒。' * 20}</p>"),
        text("<p>第一行<br>第二行</p><ul><li>盐</li><li>糖</li></ul>"),
    ],
)
def test_what_is_fine_is_left_alone(fine: Any) -> None:
    assert rules_of(GOOD, fine) == []


def test_a_file_alone_teaches_nobody_on_a_phone() -> None:
    file = block("file", {"title": "操作卡", "document": None})
    question = block("single_choice", {})
    assert rules_of(file, question) == ["only_a_file"]
    assert rules_of(GOOD, file) == []
    assert rules_of(question) == []
    assert rules_of() == []


def test_a_finding_says_where_and_what_to_do() -> None:
    [first, second] = check_body([GOOD, text(f"<h3></h3><p>{LONG}</p>")])
    assert (first.place, first.is_blocking) == (2, True)
    assert first.anchor == "#block-id-text-section"
    assert "请写上字" in first.sentence
    assert not second.is_blocking
    assert "「揉面的时候先用一只手压住……」这句有 53 个字" in second.sentence


def test_what_blocks_is_asked_again_before_residents_see_it() -> None:
    lesson = SimpleNamespace(body=[GOOD, text(f"<h3></h3><p>{LONG}</p>")])
    assert problems_of(lesson) == [
        "第 2 块：有一个小标题是空的。请写上字，或者把那一行删掉。"
    ]
    with pytest.raises(NotReadyError):
        require_ready(lesson)
    # Advice holds nobody back.
    require_ready(SimpleNamespace(body=[text(f"<p>{LONG}</p>")]))


def test_sentences_are_counted_as_people_read_them() -> None:
    assert sentences_of("压住面。往前推！转半圈？") == ["压住面", "往前推", "转半圈"]
    assert sentences_of("Press OK. Then wait.") == ["Press OK", "Then wait"]
    assert count_sentences("他问：“好了吗？好了。”我说好了。") == 1
    assert count_sentences("没有收尾的「引号。也要算。") == 2
    assert length_of("打开 WPS 2.0，点 https://example.org/a 。") == 6


# As the editor sends it when somebody has pasted from Word into a browser that lets more
# through than it should: styles, a picture of the own disk, an address that is a script.
WORD_PASTE = {
    "blocks": [
        {
            "key": "a",
            "type": "unstyled",
            "text": "揉面有三光",
            "inlineStyleRanges": [
                {"offset": 0, "length": 2, "style": "BOLD"},
                {"offset": 0, "length": 5, "style": "UNDERLINE"},
                {"offset": 0, "length": 5, "style": "color-red"},
            ],
            "entityRanges": [{"offset": 3, "length": 2, "key": 0}],
        },
        {
            "key": "b",
            "type": "header-one",
            "text": "为什么要醒<o:p></o:p>",
            "inlineStyleRanges": [],
            "entityRanges": [],
        },
    ],
    "entityMap": {
        "0": {
            "type": "LINK",
            "mutability": "MUTABLE",
            "data": {"url": "javascript:alert(1)"},
        },
    },
}


def test_what_is_pasted_from_word_brings_nothing_but_what_is_offered() -> None:
    """Saving asks the list of what the block offers, whatever the browser has sent."""
    block = LessonStreamBlock().child_blocks["text"]
    data = {"text": json.dumps(WORD_PASTE)}
    html = block.value_from_datadict(data, {}, "text").source
    for gone in ("<u", "style", "color", "<h1", "javascript", "<o:p"):
        assert gone not in html
    assert "<b>揉面</b>" in html
    # A heading of another size than the offered one goes; the browser makes it text first.


def test_words_for_a_picture_are_never_made_of_its_title() -> None:
    for kind in ("picture", "step"):
        block = LessonStreamBlock().child_blocks[kind]
        assert not block.get_default()["alt"]
        # A plain field that only the author fills; Wagtail's own block of a picture with
        # words takes them from the picture, whose title is the name of the file.
        assert type(block.child_blocks["alt"]) is CharBlock
        assert type(block.child_blocks["image"]) is ImageChooserBlock
