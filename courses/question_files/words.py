"""The words and signs with which files name kinds and answers."""

import re
import unicodedata
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from core.html import well_formed
from courses.question_files.items import (
    FALSE,
    FILL_IN,
    LETTERS,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    TRUE,
    TRUE_FALSE,
    Item,
    quote,
)

# Longer names first: 「不定项选择题」 holds 「选择题」, which says nothing of how many.
KIND_WORDS = (
    ("不定项", MULTIPLE), ("单项选择", SINGLE), ("多项选择", MULTIPLE),
    ("单选", SINGLE), ("多选", MULTIPLE), ("判断", TRUE_FALSE), ("是非", TRUE_FALSE),
    ("数值", NUMERIC), ("填数", NUMERIC), ("填空", FILL_IN), ("连线", MATCHING),
    ("匹配", MATCHING), ("配对", MATCHING), ("排序", ORDERING),
    ("简答", SHORT_ANSWER), ("问答", SHORT_ANSWER), ("论述", SHORT_ANSWER),
    ("主观", SHORT_ANSWER), ("名词解释", SHORT_ANSWER),
)  # fmt: skip
ENGLISH_KINDS = {
    "single": SINGLE, "multiple": MULTIPLE, "truefalse": TRUE_FALSE, "mc": SINGLE,
    "fillin": FILL_IN, "numeric": NUMERIC, "matching": MATCHING, "ordering": ORDERING,
    "essay": SHORT_ANSWER, "shortanswer": SHORT_ANSWER, "ma": MULTIPLE, "tf": TRUE_FALSE,
}  # fmt: skip
TRUE_WORDS = {"对", "正确", "√", "✓", "✔", "☑", "是", "t", "true", "y", "yes", "r", "v"}
FALSE_WORDS = {
    "错", "错误", "不对", "×", "✗", "✘", "x", "✕", "否", "f", "false", "n", "no",
    "不正确", "╳", "χ",
}  # fmt: skip
RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
BREAKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "pre"}
DROPPED = {"script", "style"}
PICTURES = {"img", "video", "audio", "object", "svg", "math", "iframe", "embed"}


def folded(text: str) -> str:
    """As comparing needs it: half-width, small letters, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def kind_of(words: str) -> str:
    """The kind that words name; empty where they name none."""
    for name, kind in KIND_WORDS:
        if name in words:
            return kind
    return ENGLISH_KINDS.get(re.sub(r"[\s_/\-]", "", folded(words)), "")


def truth_of(words: str) -> str:
    """`true`, `false`, or empty where the words say neither."""
    bare = folded(words).strip("。.，, ")
    if bare in TRUE_WORDS:
        return TRUE
    return FALSE if bare in FALSE_WORDS else ""


def letters_of(words: str) -> str:
    """`ABD` out of `ABD`, `A，B、D`, `Ａ b d`; empty where it is not letters alone."""
    bare = re.sub(r"[\s,，、;；/|和及。.]+", "", folded(words)).upper()
    return bare if bare and all(sign in LETTERS for sign in bare) else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.lost: list[str] = []
        self.skipping = 0
        self.level = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.skipping += 1
        elif tag in BREAKS:
            self.parts.append("\n")
        elif tag in ("sup", "sub"):
            self.level = tag
        elif tag in PICTURES:
            named = dict(attrs)
            self.lost.append(named.get("alt") or named.get("src") or tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in BREAKS:
            self.parts.append("\n")
        elif tag == self.level:
            self.level = ""

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        if self.level:
            data = data.translate(RAISED if self.level == "sup" else LOWERED)
        self.parts.append(data)


def words_of_html(html: str, item: Item) -> str:
    """The text of HTML; pictures and the like are named on the item."""
    reader = _Words()
    reader.feed(well_formed(html, BREAKS | PICTURES | {"sup", "sub"}, DROPPED))
    reader.close()
    for name in reader.lost:
        item.warn(
            _("题里的图片或声音「%(name)s」没有带过来，请在网站上另外放。")
            % {"name": quote(name)}
        )
    return tidy("".join(reader.parts))


def tidy(text: str) -> str:
    """No spaces at the ends of lines, no empty lines."""
    lines = (line.strip() for line in text.replace("\xa0", " ").splitlines())
    return "\n".join(line for line in lines if line)


def mark_letters(item: Item, letters: str, known: list[str] | None = None) -> None:
    """Mark the options that the letters name; a letter that none has refuses the item."""
    names = known if known is not None else list(LETTERS[: len(item.options)])
    for letter in letters:
        if letter not in names:
            item.refuse(
                _("答案写的是 %(letter)s，可是没有选项 %(letter)s。请改答案或补选项。")
                % {"letter": letter}
            )
            continue
        item.options[names.index(letter)].is_right = True


def as_statement(item: Item) -> bool:
    """Turn options «对 / 错» into a statement; False where the options are others."""
    truths = [truth_of(one.text) for one in item.options]
    if sorted(truths) != [FALSE, TRUE]:
        return False
    right = [
        truth for truth, one in zip(truths, item.options, strict=True) if one.is_right
    ]
    if len(right) > 1:
        item.refuse(_("又说对又说错。请只留一个答案。"))
    for truth, one in zip(truths, item.options, strict=True):
        if truth in right:
            item.feedback_right = one.feedback or item.feedback_right
        else:
            item.feedback_wrong = one.feedback or item.feedback_wrong
    item.kind, item.answers, item.options = TRUE_FALSE, right, []
    return True


_JOIN = ";；|｜\n"


def split_answers(text: str) -> list[str]:
    """Several accepted answers of one cell or line; a backslash keeps a separator."""
    parts = [""]
    signs = iter(range(len(text)))
    for place in signs:
        sign, after = text[place], text[place + 1 : place + 2]
        if sign == "\\" and after and after in _JOIN + "\\":
            parts[-1] += after
            next(signs)
        elif sign in _JOIN:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def join_answers(answers: list[str]) -> str:
    """What `split_answers` reads back."""
    return "；".join(re.sub(r"([\\;；|｜])", r"\\\1", one) for one in answers)


def drop_wildcards(item: Item) -> None:
    """Moodle reads a bare star in an answer as «anything», an escaped one as the sign."""
    kept = []
    for one in item.answers:
        if "*" in one.replace(r"\*", ""):
            item.warn(
                _("答案「%(text)s」里的 * 表示随便什么字，这里用不了，没有带过来。")
                % {"text": quote(one)}
            )
        else:
            kept.append(one.replace(r"\*", "*"))
    item.answers = kept
