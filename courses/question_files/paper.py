"""Test papers as teachers type them, and Aiken, which is the plainest of them.

`1、题干（ B ）A．…`, options in a line each or in one line, answers in the brackets, in a
line below, or in a list at the end; kinds in 【】 or in the head of a section.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.question_files.items import (
    FILL_IN,
    LETTERS,
    MULTIPLE,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Item,
    Option,
    QuestionFile,
    quote,
    settle,
)
from courses.question_files.words import (
    as_statement,
    folded,
    kind_of,
    letters_of,
    mark_letters,
    split_answers,
    truth_of,
)

LETTER = "A-Ja-jＡ-Ｊａ-ｊ"
DIGITS = "0-9０-９"
START = re.compile(
    rf"^\s*(?:[(（]\s*([{DIGITS}]{{1,4}})\s*[)）]"
    rf"|([{DIGITS}]{{1,4}})\s*[、.．:：)）](?![{DIGITS}])|第([{DIGITS}]{{1,4}})题[、.．:：]?)\s*"
)
OPTION = re.compile(rf"^\s*[(（]?([{LETTER}])\s*[、.．:：)）](?!\s*$)\s*")
EMPTY_OPTION = re.compile(rf"^\s*[(（]?([{LETTER}])\s*[、.．)）]\s*$")
SECTION = re.compile(
    r"^\s*(?:第([一二三四五六七八九十\d]+)(?:部分|大题)|([一二三四五六七八九十]+)\s*[、.．:：])\s*(.*)$"
)
# What makes 「一、…」 the head of a section; else it is a question with such a number.
HEAD_WORDS = re.compile(r"^(?=.{0,60}$)[^？?]*(?:题|部分)(?:[^？?]*)$|^$")
KIND_HEAD = re.compile(
    r"^\s*[【\[]?(?:(?:[单多]项?|不定项)?选择?|判断|是非|填空|简答|问答|论述)题?[】\]]?"
    r"\s*(?:[（(][^（()）]*[)）])?\s*[:：]?\s*$"
)
NUMERAL = re.compile(r"^\s*[一二三四五六七八九十]+\s*[、.．:：]\s*")
KEY = re.compile(r"^\s*[【\[]?\s*(?:参考|标准|正确)?\s*答\s*案\s*[】\]]?\s*[:：]?\s*$")
KEY_LONG = re.compile(r"^.{0,30}(?:参考|标准)答案(?:及.{0,8})?\s*[:：]?\s*$")
ANSWER = re.compile(
    r"^\s*(?:[【\[](?:(?:参考|标准|正确)?答案)[】\]]\s*[:：]?"
    r"|(?:参考|标准|正确)?答案\s*[:：]|ANSWER\s*[:：])\s*(.*)$",
    re.IGNORECASE,
)
META = re.compile(
    r"^\s*[【\[]?(?:难易?度|难易程度|分值|得分|知识点|考点|章节|出处|来源)[】\]]?\s*[:：]"
)
REMARK = re.compile(
    r"^\s*(?:[【\[](?:答案)?(?:解析|解释|说明)[】\]]\s*[:：]?|(?:答案)?(?:解析|解释)\s*[:：])\s*(.*)$"
)
TAG = re.compile(
    r"[【\[（(]\s*(不定项选择题?|[单多]项?选(?:择)?题?|判断题?|是非题|填空题?|简答题|问答题|论述题)\s*[】\]）)]"
)
TRUTHS = "√×✓✔✗✘对错"
FILLED = re.compile(
    rf"[(（]\s*([{LETTER}](?:[\s,，、]*[{LETTER}])*|[{TRUTHS}]|正确|错误|T|F|×|X)\s*[)）]"
)
BRACKETS = re.compile(r"[(（]\s*([^()（）]{1,60}?)\s*[)）]")
GAPS = re.compile(r"[_＿]{2,}|[(（][\s　]*[)）]")
RANGE = re.compile(
    rf"([{DIGITS}]{{1,4}})\s*[-~～—–－至]+\s*([{DIGITS}]{{1,4}})\s*[:：、.．)）]?\s*"
    rf"((?:[{LETTER}{TRUTHS}][\s　,，]*)+)(?![^\W\d_])"
)
SINGLE_KEY = re.compile(
    rf"([{DIGITS}]{{1,4}})\s*[:：、.．)）\s]\s*"
    rf"(.+?)(?=[\s　;；,，]+[{DIGITS}]{{1,4}}\s*[:：、.．)）]|$)"
)

# Looking for the next answer in a line takes time with the square of its length.
LONGEST_KEY = 4000


@dataclass
class _Draft:
    """A question while its lines come in."""

    line: int
    number: int | None
    section: str
    kind: str
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    remark: str = ""
    into: str = "stem"


@dataclass
class _Key:
    """The list of answers at the end: by section (empty where it names none) and number."""

    answers: dict[tuple[str, int], list[str]] = field(default_factory=dict)


class _Paper:
    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.sections: list[str] = [""]
        self.kind = ""
        self.key = _Key()
        self.in_key = False
        self.key_section = ""
        self.file = QuestionFile("paper")
        self.gap = True
        # Lines before the first question: a title, unless options follow.
        self.waiting: list[tuple[int, str]] = []

    @property
    def current(self) -> _Draft | None:
        return self.drafts[-1] if self.drafts else None

    def take(self, number: int, line: str) -> None:
        """One line of the paper."""
        if not line.strip():
            self.gap = True
            return
        if self.waiting and not self.drafts and _belongs(line):
            self._begin(*self.waiting.pop(), None)
        if self.in_key:
            self._take_key(line)
        elif self.drafts and (KEY.match(line) or KEY_LONG.match(line)):
            self.in_key = True
        elif not self._take_mark(line):
            self._take_text(number, line)
        self.gap = False

    def _take_mark(self, line: str) -> bool:
        """Heads of sections, answers and remarks."""
        draft = self.current
        if (section := SECTION.match(line)) and HEAD_WORDS.match(section[3]):
            self.sections.append(section[1] or section[2])
            self.kind = kind_of(section[3])
            self._drop_heading(line)
            return True
        if KIND_HEAD.match(line):
            self.kind = kind_of(line)
            self.sections.append(self.kind)
            self._drop_heading(line)
            return True
        if draft is None:
            return False
        if META.match(line):
            self.file.notes.append(_not_a_question(line))
            return True
        if answer := ANSWER.match(line):
            draft.said.append(answer[1].strip())
            draft.into = "answer"
            return True
        if remark := REMARK.match(line):
            draft.remark, draft.into = remark[1].strip(), "remark"
            return True
        return False

    def _drop_heading(self, line: str) -> None:
        self.file.dropped.append(
            _("大题的标题没有带过来：「%(text)s」。") % {"text": quote(line)}
        )

    def _take_text(self, number: int, line: str) -> None:
        draft = self.current
        tag = TAG.match(line.strip())
        if tag and START.match(behind := line.strip()[tag.end() :]):
            # 「【多选题】3、…」 is 「3、【多选题】…」.
            start = START.match(behind)
            cut = start.end() if start else 0
            line = behind[:cut] + tag[0] + behind[cut:]
        if start := START.match(line):
            said = next(one for one in start.groups() if one)
            self._begin(number, line[start.end() :], int(folded(said)))
        elif TAG.match(line.strip()) or NUMERAL.match(line):
            self._begin(number, NUMERAL.sub("", line), None)
        elif draft and (option := OPTION.match(line) or EMPTY_OPTION.match(line)):
            if draft.said and draft.into == "answer" and draft.options:
                self._begin(number, line, None)
            else:
                draft.options.append(
                    (folded(option[1]).upper(), line[option.end() :].strip())
                )
                draft.into = "option"
        elif draft and not self._ends(draft):
            self._go_on(draft, line.strip())
        elif draft is None and self._is_title(line):
            self.waiting.append((number, line))
        else:
            self._begin(number, line, None)

    def _is_title(self, line: str) -> bool:
        return not (
            line.rstrip().endswith((":", "：", "?", "？", ")", "）", "。"))
            or FILLED.search(line)
            or GAPS.search(line)
            or TAG.search(line)
        )

    def _ends(self, draft: _Draft) -> bool:
        """Whether text without a number begins a new question."""
        if draft.into == "answer":
            return True
        return self.gap and (bool(draft.options) or draft.into == "remark")

    def _begin(self, number: int, stem: str, printed: int | None) -> None:
        self.drafts.append(
            _Draft(number, printed, self.sections[-1], self.kind, [stem.strip()])
        )

    def _go_on(self, draft: _Draft, line: str) -> None:
        if draft.into == "remark":
            draft.remark += "\n" + line
        elif draft.into == "option":
            letter, text = draft.options[-1]
            draft.options[-1] = (letter, f"{text}\n{line}")
        else:
            draft.stem.append(line)

    def _take_key(self, line: str) -> None:
        if len(line) > LONGEST_KEY:
            self.file.notes.append(
                _("答案部分有一行太长，没有读：「%(text)s」。请分成几行。")
                % {"text": quote(line)}
            )
            return
        if section := SECTION.match(line):
            self.key_section = section[1] or section[2]
            line = re.sub(r"^[^\d０-９]*", "", section[3])
            if not line.strip():
                return
        elif kind_of(line) and not re.search(r"[\d０-９]", line):
            self.key_section = kind_of(line)
            return
        rest = RANGE.sub(self._range, line)
        rest = SINGLE_KEY.sub(self._one, rest)
        if rest.strip(" 　,，;；。."):
            self.file.notes.append(
                _("答案部分有一句看不懂，没有读：「%(text)s」。")
                % {"text": quote(rest)}
            )

    def _range(self, found: re.Match[str]) -> str:
        first, last = int(folded(found[1])), int(folded(found[2]))
        signs = re.sub(r"[\s　,，]", "", found[3])
        if last - first + 1 != len(signs):
            self.file.notes.append(
                _("第 %(first)s 到 %(last)s 题的答案个数不对，没有用：「%(text)s」。")
                % {"first": first, "last": last, "text": quote(found[0])}
            )
            return " "
        for place, sign in enumerate(signs):
            self._say(first + place, sign)
        return " "

    def _one(self, found: re.Match[str]) -> str:
        self._say(int(folded(found[1])), found[2].strip(" 　;；,，。"))
        return " "

    def _say(self, number: int, answer: str) -> None:
        self.key.answers.setdefault((self.key_section, number), []).append(answer)


def _belongs(line: str) -> bool:
    """Whether a line makes the one before it a question."""
    return bool(OPTION.match(line) or EMPTY_OPTION.match(line) or ANSWER.match(line))


def _not_a_question(line: str) -> str:
    return _("这句话不是题目，没有读：「%(text)s」。") % {"text": quote(line)}


def read_paper(text: str) -> QuestionFile:
    """The questions of a paper; `number` is the line where each begins."""
    paper = _Paper()
    for number, line in enumerate(text.split("\n"), start=1):
        paper.take(number, line)
    paper.file.notes[:0] = [_not_a_question(line) for _number, line in paper.waiting]
    _give_answers(paper)
    paper.file.items = [settle(_item(draft)) for draft in paper.drafts]
    return paper.file


def _give_answers(paper: _Paper) -> None:
    """Each answer of the list at the end goes to its question."""
    for (section, number), answers in paper.key.answers.items():
        fitting = [
            draft
            for draft in paper.drafts
            if draft.number == number and section in ("", draft.section)
        ]
        if not fitting:
            paper.file.notes.append(
                _("答案里有第 %(number)s 题，可是没有这道题：「%(text)s」。")
                % {"number": number, "text": quote("；".join(answers))}
            )
        elif len(fitting) == 1:
            fitting[0].said.extend(answers)
        else:
            paper.file.notes.append(
                _(
                    "有 %(times)s 道题都叫第 %(number)s 题，不知道答案「%(text)s」是哪一道的。"
                    "请在答案里也分「一、二、三」。"
                )
                % {
                    "times": len(fitting),
                    "number": number,
                    "text": quote("；".join(answers)),
                }
            )


def _item(draft: _Draft) -> Item:
    item = Item(draft.line, kind=draft.kind, feedback=draft.remark.strip())
    stem = "\n".join(part for part in draft.stem if part)
    if tag := TAG.search(stem):
        item.kind = kind_of(tag[1]) or item.kind
        stem = (stem[: tag.start()] + stem[tag.end() :]).strip()
    if not draft.options:
        stem, draft.options = split_inline(stem)
    else:
        draft.options = _split_last(draft.options)
    stem, inside = _filled(stem, item.kind, bool(draft.options))
    item.prompt = stem.strip()
    said = [one for one in [*inside, *draft.said] if one]
    item.options = [Option(text) for _letter, text in draft.options]
    if draft.options:
        _choose(item, [letter for letter, _text in draft.options], said)
    else:
        _tell(item, said)
    return item


def split_inline(text: str) -> tuple[str, list[tuple[str, str]]]:
    """`题干 A．甲 B．乙` as the stem and its options; no options without A and B."""
    found, start = [], 0
    for letter in LETTERS[:10]:
        wide = chr(ord(letter) + 0xFEE0)
        mark = re.compile(
            rf"(?<![A-Za-z0-9])[(（]?[{letter}{wide}]\s*[、.．:：)）]\s*"
        ).search(text, start)
        if mark is None:
            break
        found.append((letter, mark.start(), mark.end()))
        start = mark.end()
    if len(found) < 2:
        return text, []
    ends = [place for _letter, place, _end in found[1:]] + [len(text)]
    options = [
        (letter, text[end:stop].strip())
        for (letter, _place, end), stop in zip(found, ends, strict=True)
    ]
    if not all(words for _letter, words in options):
        return text, []
    return text[: found[0][1]], options


def _split_last(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Two or four options of a line become each its own."""
    split = []
    for letter, text in options:
        following = LETTERS.find(letter) + 1
        start = 0
        while following < 10:
            mark = re.compile(
                rf"(?:\s|(?<=[^\x00-\x7f]))[(（]?[{LETTERS[following]}"
                rf"{chr(0xFF21 + following)}]\s*[、.．)）]\s*"
            ).search(text, start)
            if mark is None or not text[mark.end() :].strip():
                break
            split.append((letter, text[: mark.start()].strip()))
            letter, text = LETTERS[following], text[mark.end() :]
            following += 1
        split.append((letter, text.strip()))
    return split


def _filled(stem: str, kind: str, has_options: bool) -> tuple[str, list[str]]:
    """Answers that stand in the brackets of the stem, which become empty ones."""
    if kind == SHORT_ANSWER:
        return stem, []
    if kind == FILL_IN:
        found = BRACKETS.findall(stem)
        if GAPS.search(stem) or len(found) != 1:
            return stem, []
        return BRACKETS.sub("（　）", stem), found
    found = []
    for one in FILLED.finditer(stem):
        is_truth = bool(truth_of(one[1]))
        if has_options == bool(letters_of(one[1])) or (is_truth and not has_options):
            found.append(one)
    words = [one[1].strip() for one in found]
    for one in reversed(found):
        stem = stem[: one.start()] + "（　）" + stem[one.end() :]
    if words and not has_options:
        stem = re.sub(r"\s*（　）\s*$", "", stem)
    return stem, words


def _choose(item: Item, letters: list[str], said: list[str]) -> None:
    if len(set(letters)) < len(letters):
        item.refuse(_("有两个选项用了同一个字母。请改成 A、B、C、D。"))
        return
    named = {_letters(item, one, letters) for one in said}
    if len(named) > 1:
        _refuse_two(item, said)
    chosen = min(named) if named else ""
    mark_letters(item, chosen, letters)
    if item.kind == TRUE_FALSE and as_statement(item):
        return
    if item.kind not in (SINGLE, MULTIPLE):
        item.kind = MULTIPLE if len(chosen) > 1 else SINGLE


def _letters(item: Item, said: str, letters: list[str]) -> str:
    """The letters that an answer names, or those of the option with these words."""
    if found := letters_of(said):
        return "".join(sorted(set(found)))
    if full := re.match(rf"([{LETTER}])\s*[、.．:：)）]\s*(.+)", said):
        place = folded(full[1]).upper()
        words = [one.text for one in item.options]
        if place in letters and words[letters.index(place)] == full[2].strip():
            return place
    fitting = [
        letter
        for letter, one in zip(letters, item.options, strict=True)
        if folded(one.text) == folded(said)
        or (truth_of(said) and truth_of(one.text) == truth_of(said))
    ]
    if len(fitting) == 1:
        return fitting[0]
    item.refuse(
        _("答案「%(text)s」看不懂。请写选项的字母，比如「答案：B」。")
        % {"text": quote(said)}
    )
    return ""


def _refuse_two(item: Item, said: list[str]) -> None:
    item.refuse(
        _("写了两个不一样的答案：「%(text)s」。请只留对的那个。")
        % {"text": quote("」「".join(said))}
    )


def _tell(item: Item, said: list[str]) -> None:
    """A question without options: a statement, a gap, or an open question."""
    truths = {truth_of(one) for one in said}
    if item.kind in (SINGLE, MULTIPLE):
        item.refuse(_("没有找到选项。请把选项写成「A．…」，一行一个。"))
    elif item.kind == SHORT_ANSWER:
        item.feedback = "\n".join([*said, item.feedback]).strip()
    elif item.kind == TRUE_FALSE or (
        not item.kind and said and truths <= {"true", "false"}
    ):
        item.kind = TRUE_FALSE
        item.answers = sorted(truths)
        if len(truths) > 1:
            _refuse_two(item, said)
        elif truths == {""}:
            _refuse_words(item, said)
    elif said:
        _fill(item, said)
    elif item.kind == FILL_IN:
        item.answers = []
    else:
        item.refuse(_("没有选项，也没有答案。请补上，或者删掉这一段。"))


def _refuse_words(item: Item, said: list[str]) -> None:
    item.refuse(
        _("判断题的答案「%(text)s」看不懂。请写「对」或「错」。")
        % {"text": quote("」「".join(said))}
    )


def _fill(item: Item, said: list[str]) -> None:
    item.kind = FILL_IN
    if len(GAPS.findall(item.prompt)) > 1:
        item.refuse(_("一道题有几个空，还不能导入。请拆成几道题，一题一个空。"))
    if len({folded(one) for one in said}) > 1:
        _refuse_two(item, said)
    item.answers = split_answers(said[0])
