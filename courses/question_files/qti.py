"""QTI 1.2 (Canvas, Common Cartridge) and 2.x: https://www.imsglobal.org/question/.

A documented part of each: one interaction with its right answer. Everything else is
refused by its name.
"""

import zipfile
from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.exceptions import QuestionFileError
from courses.question_files.containers import child, entry, inside, local, xml_of
from courses.question_files.items import (
    FILL_IN,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    Item,
    Option,
    Pair,
    QuestionFile,
    number_of,
    plain_number,
    quote,
    settle,
)
from courses.question_files.words import as_statement, tidy, words_of_html

OLD_ROOTS = {"questestinterop", "item", "assessment", "section", "objectbank"}
NEW_ROOTS = {"assessmentItem", "assessmentTest"}
# Kinds whose structure looks like one that we know, and is not.
FOREIGN = {
    "multiple_dropdowns_question", "fill_in_multiple_blanks_question",
    "calculated_question", "categorization_question", "file_upload_question",
    "hot_spot_question", "hotspot_question", "formula_question",
}  # fmt: skip
INTERACTION = "Interaction"


def is_qti(root: Element) -> bool:
    return local(root) in OLD_ROOTS | NEW_ROOTS or local(root).startswith("qti-")


def read_qti(root: Element) -> QuestionFile:
    """The questions of one XML file of QTI.

    Raises:
        QuestionFileError: it is QTI 3, or a test that only names other files.
    """
    found = QuestionFile("qti")
    _read_into(root, found)
    return found


def read_package(archive: zipfile.ZipFile) -> QuestionFile:
    """The questions of all XML files of a package, in the order of their names.

    Raises:
        QuestionFileError: no file in it holds questions of QTI 1.2 or 2.x.
    """
    found = QuestionFile("qti")
    refused: list[str] = []
    names = [one.filename for one in archive.infolist()]
    seen = [_read_entry(archive, name, found, refused) for name in names]
    if not found.items and refused:
        raise QuestionFileError(refused[0])
    if not any(seen):
        raise QuestionFileError(
            _("这个压缩包里没有题目。请传 Word、Excel、GIFT、Moodle 或 QTI 题库。")
        )
    found.notes.extend(refused)
    for number, item in enumerate(found.items, start=1):
        item.number = number
    return found


def _read_entry(
    archive: zipfile.ZipFile, name: str, found: QuestionFile, refused: list[str]
) -> bool:
    """Read one file of a package; whether it is one of questions."""
    if not name.lower().endswith((".xml", ".qti")):
        return False
    try:
        root = xml_of(entry(archive, name))
        if is_qti(root) and local(root) != "assessmentTest":
            _read_into(root, found)
    except QuestionFileError as error:
        refused.append(f"{quote(name)}：{error}")
        return False
    return is_qti(root)


def _read_into(root: Element, found: QuestionFile) -> None:
    name = local(root)
    if name.startswith("qti-"):
        raise QuestionFileError(
            _("这是 QTI 3.0 的题库，还不能导入。请从原来的系统导出 QTI 2.1 或 1.2。")
        )
    if any(local(one).startswith("bbmd_") for one in root.iter()):
        raise QuestionFileError(
            _("这种题库（Blackboard）还不能导入。请改成 Word、Excel 或 GIFT 再传。")
        )
    if name == "assessmentTest":
        raise QuestionFileError(
            _("这只是试卷的目录，题目在别的文件里。请把整个压缩包一起传。")
        )
    if name == "assessmentItem":
        found.items.append(_new_item(root, len(found.items) + 1))
        return
    for element in root.iter():
        if local(element) == "item":
            found.items.append(_old_item(element, len(found.items) + 1))
        elif local(element) in ("bankentry_item", "itemref", "sourcebank_ref"):
            found.notes.append(
                _("这里只写了题目在另一个题库里（%(name)s），没有题目本身。")
                % {
                    "name": quote(
                        element.get("item_ref", "")
                        or "".join(element.itertext())
                        or "?"
                    )
                }
            )


# --- QTI 1.2 --------------------------------------------------------------------------


def _material(element: Element | None, item: Item) -> str:
    """The words of the materials that stand directly in an element."""
    parts = []
    for holder in element if element is not None else ():
        if local(holder) in ("flow", "flow_mat"):
            parts.append(_material(holder, item))
        elif local(holder) == "material":
            parts.extend(_matter(one, item) for one in holder)
    return tidy("\n".join(part for part in parts if part))


def _matter(element: Element, item: Item) -> str:
    if local(element) == "mattext":
        text = "".join(element.itertext())
        if element.get("texttype") == "text/plain":
            return tidy(text)
        return words_of_html(text, item)
    name = element.get("uri") or "".join(element.itertext()) or local(element)
    item.warn(
        _("题里的图片、声音或公式「%(name)s」没有带过来，请在网站上另外放。")
        % {"name": quote(name)}
    )
    return ""


def _metadata(element: Element, label: str) -> list[str]:
    """The entries of a metadata field, in their order."""
    return [
        "".join(entry_.itertext()).strip()
        for one in inside(element, "qtimetadatafield")
        if (said := child(one, "fieldlabel")) is not None
        and "".join(said.itertext()).strip() == label
        and (entry_ := child(one, "fieldentry")) is not None
    ]


def _old_item(element: Element, number: int) -> Item:
    item = Item(number, title=element.get("title", ""))
    shown = child(element, "presentation")
    flow = child(shown, "flow")
    item.prompt = _material(shown, item)
    named = _metadata(element, "question_type") + _metadata(element, "cc_profile")
    asked = inside(element, "response_lid", "response_str", "response_num",
                   "response_grp", "response_xy")  # fmt: skip
    strange = [name for name in named if name in FOREIGN]
    # A place in the text, written [name], that is answered by itself.
    strange += [
        "fill_in_multiple_blanks"
        for one in asked
        if (place := _material(one, item)) and f"[{place}]" in item.prompt
    ]
    if strange:
        _refuse_kind(item, strange[0])
    elif not asked:
        item.refuse(
            _("没有可以回答的地方（%(kind)s）。如果只是一段话，请放进课文里。")
            % {"kind": quote("、".join(named)) or "?"}
        )
    elif flow is None and shown is None:
        _refuse_kind(item, "?")
    else:
        _old_answers(element, asked, item)
    _old_feedback(element, item)
    return settle(item)


def _refuse_kind(item: Item, name: str) -> None:
    item.refuse(
        _("这种题（%(kind)s）还不能导入：「%(text)s」。请改成单选、多选、判断或填空。")
        % {"kind": quote(name), "text": quote(item.prompt or item.title)}
    )


def _old_answers(element: Element, asked: list[Element], item: Item) -> None:
    names = {local(one) for one in asked}
    if inside(element, "render_extension"):
        _old_order(element, asked, item)
    elif names == {"response_lid"}:
        if len(asked) > 1:
            _old_pairs(element, asked, item)
        else:
            _old_choice(element, asked[0], item)
    elif len(asked) == 1 and names <= {"response_str", "response_num"}:
        _old_words(element, asked[0], item)
    else:
        _refuse_kind(item, "、".join(sorted(names)))


def _labels(asked: Element, item: Item) -> dict[str, str]:
    labels = {}
    for one in inside(asked, "response_label"):
        labels[one.get("ident", "")] = _material(one, item)
    return labels


def _conditions(element: Element) -> list[tuple[Element, Decimal]]:
    """Each condition with the points that it gives."""
    found = []
    for one in inside(element, "respcondition"):
        points = [
            number_of("".join(setting.itertext())) or Decimal(0)
            for setting in inside(one, "setvar")
        ]
        found.append((one, max(points, default=Decimal(0))))
    return found


def _equal(condition: Element) -> list[tuple[str, str]]:
    """Which answer of which response makes the condition true; not what must not be."""
    barred = {id(one) for no in inside(condition, "not") for one in no.iter()}
    return [
        (one.get("respident", ""), "".join(one.itertext()).strip())
        for one in inside(condition, "varequal")
        if id(one) not in barred
    ]


def _old_choice(element: Element, asked: Element, item: Item) -> None:
    labels = _labels(asked, item)
    many = asked.get("rcardinality", "Single").lower() == "multiple"
    giving = [(one, points) for one, points in _conditions(element) if points > 0]
    most = max((points for _one, points in giving), default=Decimal(0))
    right: set[str] = set()
    for condition, points in giving:
        named = {value for _name, value in _equal(condition)}
        if many or points == most:
            right |= named
        else:
            for value in named:
                item.warn(
                    _("「%(text)s」原来只给一部分分，这里不算对。")
                    % {"text": quote(labels.get(value, value))}
                )
    for value in sorted(right - labels.keys()):
        item.refuse(
            _("答案写的是 %(value)s，可是没有这个选项。请改一下。")
            % {"value": quote(value)}
        )
    item.kind = MULTIPLE if many else SINGLE
    remarks = _remarks(element, item)
    item.options = [
        Option(text, ident in right, remarks.get(ident, ""))
        for ident, text in labels.items()
    ]
    if not many:
        as_statement(item)


def _texts_of_feedback(element: Element, item: Item) -> dict[str, str]:
    texts = {}
    for one in inside(element, "itemfeedback"):
        parts = [_matter(part, item) for part in inside(one, "mattext")]
        texts[one.get("ident", "")] = "\n".join(part for part in parts if part)
    return texts


def _remarks(element: Element, item: Item) -> dict[str, str]:
    """What is said to who chose one option."""
    texts = _texts_of_feedback(element, item)
    remarks = {}
    for condition, points in _conditions(element):
        named = _equal(condition)
        shown = [
            one.get("linkrefid", "") for one in inside(condition, "displayfeedback")
        ]
        if len(named) == 1 and shown and not points and texts.get(shown[0]):
            remarks[named[0][1]] = texts[shown[0]]
    return remarks


def _old_feedback(element: Element, item: Item) -> None:
    """What is said to everybody; the rest that we have no place for is named."""
    held = {one.feedback for one in item.options}
    held |= {item.feedback_right, item.feedback_wrong}
    for ident, text in _texts_of_feedback(element, item).items():
        if ident == "general_fb" and not item.feedback:
            item.feedback = text
        elif text and text not in held:
            item.warn(_("这句评语没有带过来：「%(words)s」。") % {"words": quote(text)})


def _old_pairs(element: Element, asked: list[Element], item: Item) -> None:
    item.kind = MATCHING
    right: dict[str, set[str]] = {}
    for condition, points in _conditions(element):
        for name, value in _equal(condition) if points > 0 else ():
            right.setdefault(name, set()).add(value)
    used: set[str] = set()
    every: dict[str, str] = {}
    for one in asked:
        labels = _labels(one, item)
        every.update(labels)
        named = right.get(one.get("ident", ""), set())
        if len(named) != 1 or not named <= labels.keys():
            item.refuse(_("有一项没有配对的答案，或者配了好几个。请改一下。"))
        chosen = min(named, default="")
        used.add(chosen)
        item.pairs.append(Pair(_material(one, item), labels.get(chosen, "")))
    for ident, text in every.items():
        if ident not in used and text:
            item.warn(
                _("多出来的「%(text)s」没有配对，没有带过来。") % {"text": quote(text)}
            )


def _old_order(element: Element, asked: list[Element], item: Item) -> None:
    labels = _labels(asked[0], item) if len(asked) == 1 else {}
    giving = [one for one, points in _conditions(element) if points > 0]
    named = [value for _name, value in _equal(giving[0])] if len(giving) == 1 else []
    if not labels or sorted(named) != sorted(labels):
        _refuse_kind(item, "ordering")
        return
    item.kind, item.answers = ORDERING, [labels[one] for one in named]


def _old_words(element: Element, asked: Element, item: Item) -> None:
    giving = [one for one, points in _conditions(element) if points > 0]
    ranged = inside(element, "vargte", "vargt", "varlte", "varlt")
    fields = inside(asked, "render_fib")
    if (
        fields and fields[0].get("fibtype", "").lower() in ("decimal", "integer")
    ) or ranged:
        _old_number(giving, item)
    else:
        answers = [value for one in giving for _name, value in _equal(one) if value]
        item.kind = FILL_IN if answers else SHORT_ANSWER
        item.answers = list(dict.fromkeys(answers))


def _old_number(giving: list[Element], item: Item) -> None:
    item.kind = NUMERIC
    for condition in giving:
        answer, tolerance = _range(condition, item)
        if answer is None:
            continue
        item.answers.append(plain_number(answer))
        item.tolerance = tolerance


def _range(condition: Element, item: Item) -> tuple[Decimal | None, Decimal]:
    """The number that a condition takes, and how far from it one may be."""

    def limit(*names: str) -> Decimal | None:
        found = inside(condition, *names)
        return number_of("".join(found[0].itertext())) if found else None

    equal = _equal(condition)
    said = number_of(equal[0][1]) if equal else None
    low, high = limit("vargte", "vargt"), limit("varlte", "varlt")
    if low is None or high is None:
        if low is not None or high is not None:
            item.refuse(_("答案只写了最大或最小，这里用不了。请写一个数和误差。"))
        return said, Decimal(0)
    middle = (low + high) / 2
    if low > high or (said is not None and said != middle):
        item.refuse(
            _(
                "答案的数（%(said)s）不在范围 %(low)s 到 %(high)s 的正中间，看不出哪个对。"
            )
            % {"said": said, "low": low, "high": high}
        )
    return middle, (high - low) / 2


# --- QTI 2.x --------------------------------------------------------------------------

BLOCKS = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "prompt", "itemBody"}
UNREAD = {
    "printedVariable", "img", "object", "math", "feedbackInline", "feedbackBlock",
    "rubricBlock", "templateBlock", "templateInline", "apipAccessibility", "stylesheet",
    "modalFeedback", "audio", "video",
}  # fmt: skip
QUIET = {"stylesheet", "apipAccessibility"}


def _new_words(element: Element, item: Item) -> str:
    parts: list[str] = []
    _gather(element, item, parts, 0)
    return tidy("".join(parts))


def _gather(element: Element, item: Item, parts: list[str], depth: int) -> None:
    parts.append(element.text or "")
    for one in element:
        name = local(one)
        if name in UNREAD or depth > 100:
            _lost(one, item)
        elif name and not name.endswith(INTERACTION):
            parts.append("\n" if name in BLOCKS else "")
            _gather(one, item, parts, depth + 1)
            parts.append("\n" if name in BLOCKS else "")
        elif name == "textEntryInteraction":
            parts.append("____")
        parts.append(one.tail or "")


def _lost(element: Element, item: Item) -> None:
    if local(element) in QUIET:
        return
    name = (
        tidy("".join(element.itertext())) or element.get("src") or element.get("data")
    )
    item.warn(
        _("这一部分没有带过来（%(kind)s）：「%(text)s」。")
        % {
            "kind": local(element),
            "text": quote(name or element.get("identifier") or "?"),
        }
    )


def _new_item(root: Element, number: int) -> Item:
    item = Item(number, title=root.get("title", ""))
    body = child(root, "itemBody")
    asked = [one for one in root.iter() if local(one).endswith(INTERACTION)]
    prompts = [child(one, "prompt") for one in asked]
    parts = [_new_words(one, item) for one in (body, *prompts) if one is not None]
    item.prompt = "\n".join(part for part in parts if part)
    for one in inside(root, "modalFeedback"):
        _lost(one, item)
    read = _NEW.get(local(asked[0])) if len(asked) == 1 else None
    if read is None:
        names = "、".join(dict.fromkeys(local(one) for one in asked))
        _refuse_kind(item, names or _("没有可以回答的地方"))
    else:
        declared = _declaration(root, asked[0])
        read(asked[0], declared, item)
    return settle(item)


def _declaration(root: Element, asked: Element) -> Element | None:
    return next(
        (
            one
            for one in inside(root, "responseDeclaration")
            if one.get("identifier") == asked.get("responseIdentifier")
        ),
        None,
    )


def _correct(declared: Element | None) -> list[str]:
    values = child(declared, "correctResponse")
    return [
        "".join(one.itertext()).strip()
        for one in (values if values is not None else ())
        if local(one) == "value"
    ]


def _new_choice(asked: Element, declared: Element | None, item: Item) -> None:
    single = declared is None or declared.get("cardinality") == "single"
    item.kind = SINGLE if single else MULTIPLE
    labels = _choices(asked, "simpleChoice", item)
    right = _correct(declared)
    _refuse_unknown(right, labels, item)
    item.options = [Option(text, ident in right) for ident, text in labels.items()]
    if single:
        as_statement(item)


def _choices(asked: Element, name: str, item: Item) -> dict[str, str]:
    return {
        one.get("identifier", ""): _new_words(one, item) for one in inside(asked, name)
    }


def _refuse_unknown(right: list[str], labels: dict[str, str], item: Item) -> None:
    for value in right:
        if value not in labels:
            item.refuse(
                _("答案写的是 %(value)s，可是没有这个选项。请改一下。")
                % {"value": quote(value)}
            )


def _new_order(asked: Element, declared: Element | None, item: Item) -> None:
    item.kind = ORDERING
    labels = _choices(asked, "simpleChoice", item)
    right = _correct(declared)
    _refuse_unknown(right, labels, item)
    if len(set(right)) != len(labels):
        item.refuse(_("对的先后没有写全。请把每一样都排进答案里。"))
    item.answers = [labels[one] for one in right if one in labels]


def _new_match(asked: Element, declared: Element | None, item: Item) -> None:
    item.kind = MATCHING
    labels = _choices(asked, "simpleAssociableChoice", item)
    named = [value.split() for value in _correct(declared)]
    if not named:
        item.refuse(_("没有写哪个配哪个。请补上答案。"))
    for pair in named:
        _refuse_unknown(pair, labels, item)
        if len(pair) == 2:
            item.pairs.append(Pair(labels.get(pair[0], ""), labels.get(pair[1], "")))
    used = {one for pair in named for one in pair}
    for ident, text in labels.items():
        if ident not in used:
            item.warn(
                _("多出来的「%(text)s」没有配对，没有带过来。") % {"text": quote(text)}
            )


def _new_entry(asked: Element, declared: Element | None, item: Item) -> None:
    base = declared.get("baseType", "") if declared is not None else ""
    item.kind = NUMERIC if base in ("integer", "float") else FILL_IN
    right = _correct(declared)
    for one in inside(declared, "mapEntry") if declared is not None else ():
        value = one.get("mapKey", "")
        if value not in right and (number_of(one.get("mappedValue", "0")) or 0) > 0:
            if item.kind == FILL_IN and not right:
                item.answers.append(value)
            else:
                item.warn(
                    _("「%(text)s」原来也给分，这里不算对。") % {"text": quote(value)}
                )
    item.answers = right + item.answers


def _new_essay(asked: Element, declared: Element | None, item: Item) -> None:
    item.kind = SHORT_ANSWER
    item.feedback = "\n".join(_correct(declared))


_NEW: dict[str, Callable[[Element, Element | None, Item], None]] = {
    "choiceInteraction": _new_choice,
    "orderInteraction": _new_order,
    "matchInteraction": _new_match,
    "textEntryInteraction": _new_entry,
    "extendedTextInteraction": _new_essay,
}
