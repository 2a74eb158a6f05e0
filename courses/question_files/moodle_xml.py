"""Moodle's XML: https://docs.moodle.org/en/Moodle_XML_format."""

from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.question_files.cloze import cut
from courses.question_files.containers import child
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
    quote,
    settle,
)
from courses.question_files.words import drop_wildcards, tidy, words_of_html

PLAIN = {"plain_text", "moodle_auto_format", "markdown"}


def read_moodle_xml(root: Element) -> QuestionFile:
    """The questions of a <quiz>; `number` counts them."""
    found = QuestionFile("moodle_xml")
    category = ""
    for element in root:
        kind = element.get("type", "")
        if element.tag != "question":
            found.notes.append(
                _("这一段不认识，没有读：「%(text)s」。")
                % {"text": quote("".join(element.itertext()) or str(element.tag))}
            )
        elif kind == "category":
            category = _raw(child(element, "category"))
        else:
            number = len(found.items) + 1
            found.items += _questions(element, kind, number, category, found.notes)
    return found


def _questions(
    element: Element, kind: str, number: int, category: str, notes: list[str]
) -> list[Item]:
    """One question, or one for each blank of a text with blanks."""
    if kind not in ("cloze", "multianswer"):
        return [_question(element, kind, number, category)]
    whole = Item(number)
    items, unread = cut(_words(child(element, "questiontext"), whole, "html"))
    if not items:
        whole = _question(element, kind, number, category)
        return [whole]
    notes += [
        _("这句话里没有空，没有读：「%(text)s」。") % {"text": quote(line)}
        for line in unread
    ]
    feedback = _words(child(element, "generalfeedback"), whole, "html")
    _picture_lost(element, whole)
    title = _raw(child(element, "name"))
    for place, item in enumerate(items):
        item.number, item.category = number + place, category
        item.title = f"{title} {place + 1}" if title else ""
        item.feedback = feedback
        for message in whole.messages:
            item.warn(message)
    return items


def _question(element: Element, kind: str, number: int, category: str) -> Item:
    item = Item(number, category=category, title=_raw(child(element, "name")))
    item.prompt = _words(child(element, "questiontext"), item, "html")
    item.feedback = _words(child(element, "generalfeedback"), item, "html")
    _picture_lost(element, item)
    read = _READERS.get(kind)
    if read is None:
        item.refuse(
            _(
                "这种题（%(kind)s）还不能导入：「%(text)s」。请改成单选、多选、判断或填空。"
            )
            % {"kind": quote(kind) or "?", "text": quote(item.title or item.prompt)}
        )
    else:
        read(element, item)
    for one in element:
        if one.tag == "hint" and (hint := _words(one, item, "html")):
            item.warn(_("这句提示没有带过来：「%(words)s」。") % {"words": quote(hint)})
    return settle(item)


def _picture_lost(element: Element, item: Item) -> None:
    if child(element, "image_base64") is not None:
        item.warn(_("题里的图片没有带过来，请在网站上另外放。"))


def _raw(element: Element | None) -> str:
    """The words of <x><text>…</text></x>, or of <x>…</x>."""
    if element is None:
        return ""
    text = child(element, "text")
    return "".join((text if text is not None else element).itertext()).strip()


def _words(element: Element | None, item: Item, form: str = "") -> str:
    if element is None:
        return ""
    form = element.get("format", form)
    raw = _raw(element)
    return tidy(raw) if form in PLAIN else words_of_html(raw, item)


def _answers(element: Element) -> list[tuple[Element, Decimal]]:
    return [
        (one, number_of(one.get("fraction", "0")) or Decimal(0))
        for one in element
        if one.tag == "answer"
    ]


def _partial(item: Item, text: str) -> None:
    item.warn(_("「%(text)s」原来只给一部分分，这里不算对。") % {"text": quote(text)})


def _choice(element: Element, item: Item) -> None:
    answers = _answers(element)
    single = _raw(child(element, "single")).lower() not in ("false", "0")
    item.kind = SINGLE if single else MULTIPLE
    most = max((fraction for _one, fraction in answers), default=Decimal(0))
    for one, fraction in answers:
        text = _words(one, item)
        right = fraction > 0 and (not single or fraction == most)
        item.options.append(
            Option(text, right, _words(child(one, "feedback"), item, "html"))
        )
        if fraction > 0 and not right:
            _partial(item, text)
    _remarks(element, item)


def _remarks(element: Element, item: Item) -> None:
    item.feedback_right = _words(child(element, "correctfeedback"), item, "html")
    item.feedback_wrong = _words(child(element, "incorrectfeedback"), item, "html")


def _true_false(element: Element, item: Item) -> None:
    item.kind = TRUE_FALSE
    for one, fraction in _answers(element):
        said = _raw(one).lower()
        remark = _words(child(one, "feedback"), item, "html")
        if said not in (TRUE, FALSE):
            item.refuse(_("判断题的答案「%(text)s」看不懂。") % {"text": quote(said)})
        elif fraction > 0:
            item.answers.append(said)
            item.feedback_right = remark
        else:
            item.feedback_wrong = remark


def _short(element: Element, item: Item) -> None:
    item.kind = FILL_IN
    for one, fraction in _answers(element):
        text = _raw(one)
        if fraction >= 100:
            item.answers.append(text)
        elif fraction > 0:
            _partial(item, text)
        elif text != "*":
            item.warn(
                _("「%(text)s」是写错时的评语，没有带过来。") % {"text": quote(text)}
            )
        _remark(one, fraction, item)
    drop_wildcards(item)


def _numerical(element: Element, item: Item) -> None:
    item.kind = NUMERIC
    for one, fraction in _answers(element):
        if fraction >= 100:
            item.answers.append(_raw(one))
            item.tolerance = number_of(_raw(child(one, "tolerance")) or "0") or Decimal(
                0
            )
        elif fraction > 0 or _raw(one) != "*":
            _partial(item, _raw(one))
        _remark(one, fraction, item)
    units = [_raw(child(one, "unit_name")) for one in element.iter("unit")]
    item.unit = units[0] if units else ""
    for unit in units[1:]:
        item.warn(_("单位「%(unit)s」没有带过来。") % {"unit": quote(unit)})


def _remark(answer: Element, fraction: Decimal, item: Item) -> None:
    """One sentence for right and one for wrong; of several the first is kept."""
    remark = _words(child(answer, "feedback"), item, "html")
    if fraction >= 100 and item.feedback_right in ("", remark):
        item.feedback_right = remark
    elif fraction <= 0 and _raw(answer) == "*" and not item.feedback_wrong:
        item.feedback_wrong = remark
    elif remark:
        item.warn(_("这句评语没有带过来：「%(words)s」。") % {"words": quote(remark)})


def _matching(element: Element, item: Item) -> None:
    item.kind = MATCHING
    _remarks(element, item)
    for one in element:
        if one.tag == "subquestion":
            item.pairs.append(
                Pair(_words(one, item, "html"), _raw(child(one, "answer")))
            )


def _ordering(element: Element, item: Item) -> None:
    item.kind = ORDERING
    _remarks(element, item)
    ranked = sorted(_answers(element), key=lambda one: one[1])
    item.answers = [_words(one, item) for one, _rank in ranked]


def _essay(element: Element, item: Item) -> None:
    item.kind = SHORT_ANSWER
    if note := _words(child(element, "graderinfo"), item, "html"):
        item.feedback = "\n".join(one for one in (item.feedback, note) if one)


def _description(element: Element, item: Item) -> None:
    item.refuse(_("只有一段话，没有答案，不是题目。要用的话请放进课文里。"))


_READERS: dict[str, Callable[[Element, Item], None]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "description": _description,
}
