"""GIFT, the text format of Moodle: https://docs.moodle.org/en/GIFT_format.

The old «missing word» format is a part of it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.question_files.items import (
    FALSE,
    FILL_IN,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    TRUE,
    TRUE_FALSE,
    Item,
    Option,
    Pair,
    QuestionFile,
    number_of,
    plain_number,
    quote,
    settle,
)
from courses.question_files.words import drop_wildcards, words_of_html

TITLE = re.compile(r"\s*::((?:\\.|[^\\])*?)::", re.DOTALL)
FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(#|$)", re.IGNORECASE)
WEIGHT = re.compile(r"\s*%(-?[\d.]+)%")
# Written by us into comments (courses/question_files/writing.py).
NOTE = re.compile(r"\s*//\s*\[(unit|right|wrong):(.*)\]\s*$")
MOODLE_NOTE = re.compile(r"\[(?:id|tag):[^\]]*\]")
ESCAPED = re.compile(r"\\([~=#{}:\\n>])")
# A brace that is not escaped; a backslash before it may be escaped itself.
OPENING = r"(?<!\\)(?:\\\\)*\{"
BLANK = "_____"


@dataclass
class _Part:
    """One `=…` or `~…` of the answers."""

    sign: str
    weight: Decimal | None
    text: str
    feedback: str


def looks_like_gift(text: str) -> bool:
    """Whether a text has the braces or marks of GIFT."""
    return bool(
        re.search(r"^[ \t]*(::|\$CATEGORY:)", text, re.MULTILINE)
        or re.search(OPENING + r"\s*([=~#>}]|(T|F|TRUE|FALSE)\s*[#}])", text)
        or re.search(OPENING + r"[^{}]+\}", text)
    )


def read_gift(text: str) -> QuestionFile:
    """The questions of a GIFT file; `number` is the line where each begins."""
    found = QuestionFile("gift")
    category = ""
    comments: list[str] = []
    said: dict[str, str] = {}
    for number, piece in _pieces(text):
        body = []
        for line in piece.split("\n"):
            if named := NOTE.match(line):
                said[named[1]] = named[2]
            elif line.lstrip().startswith("$CATEGORY:"):
                category = line.lstrip()[len("$CATEGORY:") :].strip()
            elif line.lstrip().startswith("//"):
                comments.append(line.lstrip().lstrip("/").strip())
            else:
                body.append(line)
        if "".join(body).strip():
            item = _question(number, "\n".join(body))
            item.category, item.unit = category, said.get("unit", "")
            item.feedback_right = item.feedback_right or said.get("right", "")
            item.feedback_wrong = item.feedback_wrong or said.get("wrong", "")
            said = {}
            found.items.append(settle(item))
    found.dropped += _dropped(comments)
    return found


def _dropped(comments: list[str]) -> list[str]:
    """Comments have no place with us; ids and tags of Moodle are named by themselves."""
    marks = [mark for line in comments for mark in MOODLE_NOTE.findall(line)]
    others = [bare for line in comments if (bare := MOODLE_NOTE.sub("", line).strip())]
    return [
        sentence % {"number": len(lines), "text": quote(lines[0])}
        for sentence, lines in (
            (_("编号和标签没有带过来，一共 %(number)s 处：「%(text)s」。"), marks),
            (_("注释没有带过来，一共 %(number)s 行：「%(text)s」。"), others),
        )
        if lines
    ]


def _pieces(text: str) -> list[tuple[int, str]]:
    """The text cut at empty lines, but not within braces that close later."""
    pieces: list[tuple[int, str]] = []
    start = 1
    held: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            if not held:
                start = number
            held.append(line)
        elif held:
            if pieces and _is_open(pieces[-1][1]) and _closes("\n".join(held)):
                first, before = pieces.pop()
                pieces.append((first, before + "\n" + "\n".join(held)))
            else:
                pieces.append((start, "\n".join(held)))
            held = []
    return pieces


def _without_comments(text: str) -> str:
    return "\n".join(
        line for line in text.split("\n") if not line.lstrip().startswith("//")
    )


def _braces(text: str) -> list[tuple[int, str]]:
    """The braces that are not escaped, with their places."""
    return [
        (found.start(), found[0])
        for found in re.finditer(r"\\.|[{}]", text, re.DOTALL)
        if found[0] in "{}"
    ]


def _is_open(text: str) -> bool:
    signs = [sign for _place, sign in _braces(_without_comments(text))]
    return bool(signs) and signs[-1] == "{"


def _closes(text: str) -> bool:
    signs = [sign for _place, sign in _braces(_without_comments(text))]
    return bool(signs) and signs[0] == "}"


def _question(number: int, body: str) -> Item:
    item = Item(number)
    form = ""
    if named := TITLE.match(body):
        item.title = _unescape(named[1]).strip()
        body = body[named.end() :]
    if said := FORM.match(body):
        form, body = said[1].lower(), body[said.end() :]
    braces = _braces(body)
    if not braces:
        item.prompt = _words(body, form, item)
        item.refuse(_("只有一段话，没有答案，不是题目。要用的话请放进课文里。"))
        return item
    if [sign for _place, sign in braces] != ["{", "}"]:
        item.prompt = quote(body)
        item.refuse(_("大括号 { } 不成对，看不出答案在哪里。请检查这道题的括号。"))
        return item
    opening, closing = braces[0][0], braces[1][0]
    before, after = body[:opening], body[closing + 1 :]
    gap = BLANK if after.strip() else ""
    item.prompt = _words(
        before.rstrip() + " " + gap + after
        if gap and before.rstrip() != before
        else before + gap + after,
        form,
        item,
    )
    _answers(item, body[opening + 1 : closing], form)
    return item


def _answers(item: Item, block: str, form: str) -> None:
    block, general = _cut(block, "####")
    item.feedback = _words(general, form, item)
    bare = block.strip()
    if not bare:
        item.kind = SHORT_ANSWER
    elif truth := TRUTH.match(block):
        _truth(item, truth[1], block[len(truth[0].rstrip("#")) :], form)
    elif bare.startswith("#"):
        _numbers(item, bare[1:])
    elif bare.startswith(">"):
        _order(item, bare[1:], form)
    else:
        _parts(item, _split(block, form, item), form)


def _truth(item: Item, said: str, rest: str, form: str) -> None:
    item.kind = TRUE_FALSE
    item.answers = [TRUE if said.upper().startswith("T") else FALSE]
    _nothing, first = _cut(rest, "#")
    wrong, right = _cut(first, "#")
    item.feedback_wrong = _words(wrong, form, item)
    item.feedback_right = _words(right, form, item)


def _order(item: Item, block: str, form: str) -> None:
    """Moodle's ordering: settings in the first line, then one thing a line."""
    item.kind = ORDERING
    first, _line, rest = block.partition("\n")
    if re.fullmatch(r"\s*\d*[\sA-Z_\d%]*", first):
        block = rest
    item.answers = [
        _words(line, form, item) for line in block.split("\n") if line.strip()
    ]


def _cut(text: str, mark: str) -> tuple[str, str]:
    """Before and after the first mark that is not escaped."""
    for found in re.finditer(r"\\.|" + re.escape(mark), text, re.DOTALL):
        if found[0] == mark:
            return text[: found.start()], text[found.end() :]
    return text, ""


def _split(block: str, form: str, item: Item) -> list[_Part]:
    places = [
        found.start()
        for found in re.finditer(r"\\.|[=~]", block, re.DOTALL)
        if found[0] in "=~"
    ]
    if not places:
        places, block = [0], "=" + block.lstrip()
    if lead := block[: places[0]].strip():
        item.warn(_("答案前面的「%(text)s」没有带过来。") % {"text": quote(lead)})
    parts = []
    for start, end in zip(places, [*places[1:], len(block)], strict=True):
        text, weight = block[start + 1 : end], None
        if weighed := WEIGHT.match(text):
            weight = number_of(weighed[1])
            text = text[weighed.end() :]
        text, feedback = _cut(text, "#")
        parts.append(_Part(block[start], weight, text, _words(feedback, form, item)))
    return parts


def _is_pair(part: _Part) -> bool:
    return part.sign == "=" and _cut(part.text, "->") != (part.text, "")


def _parts(item: Item, parts: list[_Part], form: str) -> None:
    if any(part.sign == "~" for part in parts):
        _in_words(item, parts, form)
        _choice(item, parts)
    elif all(_is_pair(part) for part in parts):
        item.kind = MATCHING
        for part in parts:
            left, right = _cut(part.text, "->")
            item.pairs.append(Pair(_words(left, form, item), _words(right, form, item)))
            _remark_lost(item, part)
    elif any(_is_pair(part) for part in parts):
        item.kind = MATCHING
        item.refuse(_("有的答案有 -> 有的没有，看不出是连线题还是填空题。请改一下。"))
    else:
        _in_words(item, parts, form)
        _accepted(item, parts)
        drop_wildcards(item)


def _in_words(item: Item, parts: list[_Part], form: str) -> None:
    for part in parts:
        part.text = _words(part.text, form, item)


def _choice(item: Item, parts: list[_Part]) -> None:
    """`=` is right; without any `=`, what gives points is."""
    marked = any(part.sign == "=" for part in parts)
    for part in parts:
        gives = part.weight is not None and part.weight > 0
        right = part.sign == "=" if marked else gives
        item.options.append(Option(part.text, right, part.feedback))
        if gives and not right:
            _partial(item, part)
    rights = sum(one.is_right for one in item.options)
    item.kind = MULTIPLE if rights > 1 else SINGLE
    if marked and rights > 1:
        item.warn(_("有好几个对的选项，照多选题读了。请看看对不对。"))


def _accepted(item: Item, parts: list[_Part]) -> None:
    item.kind = FILL_IN
    for part in parts:
        if part.weight is None or part.weight >= 100:
            item.answers.append(part.text)
            _remark_lost(item, part)
        else:
            _partial(item, part)


def _partial(item: Item, part: _Part) -> None:
    item.warn(
        _("「%(text)s」原来只给一部分分，这里不算对。") % {"text": quote(part.text)}
    )


def _remark_lost(item: Item, part: _Part) -> None:
    if part.feedback:
        item.warn(
            _("这句评语没有带过来：「%(words)s」。") % {"words": quote(part.feedback)}
        )


def _numbers(item: Item, block: str) -> None:
    item.kind = NUMERIC
    parts = (
        _split(block, "", item)
        if block.lstrip().startswith("=")
        else [_Part("=", None, *_cut(block, "#"))]
    )
    for part in parts:
        if part.weight is not None and part.weight < 100:
            _partial(item, part)
            continue
        answer, tolerance = _number(part.text)
        item.answers.append(answer)
        item.tolerance = tolerance
        part.feedback = _unescape(part.feedback).strip()
        _remark_lost(item, part)


def _number(text: str) -> tuple[str, Decimal]:
    """The number and its tolerance; the text itself where it is no number."""
    low, dots, high = text.partition("..")
    if dots:
        least, most = number_of(low), number_of(high)
        if least is None or most is None or least > most:
            return text.strip(), Decimal(0)
        return plain_number((least + most) / 2), (most - least) / 2
    value, _colon, tolerance = text.partition(":")
    allowed = number_of(tolerance) if tolerance.strip() else Decimal(0)
    if allowed is None or number_of(value) is None:
        return text.strip(), Decimal(0)
    return value.strip(), allowed


def _words(text: str, form: str, item: Item) -> str:
    if said := FORM.match(text):
        form, text = said[1].lower(), text[said.end() :]
    text = _unescape(text)
    return words_of_html(text, item) if form == "html" else text.strip()


def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)
