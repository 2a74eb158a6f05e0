"""What a question of any file is to us, and when it is one that can be used."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
FILL_IN, NUMERIC, MATCHING = "fill_in", "numeric", "matching"
ORDERING, SHORT_ANSWER = "ordering", "short_answer"
OK, WARNING, REFUSED = "ok", "warning", "refused"
TRUE, FALSE = "true", "false"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_BYTES = 5 * 1024 * 1024
MOST_QUESTIONS = 2000
QUOTED = 80


@dataclass
class Option:
    """One thing to choose."""

    text: str
    is_right: bool = False
    feedback: str = ""


@dataclass
class Pair:
    """What belongs together."""

    left: str
    right: str


@dataclass
class Item:
    """One question of a file.

    `number` is where it stood: the line of a text, the row of a sheet, the place in an
    XML file. `answers` are what is accepted in words (fill_in), the things in their
    right order (ordering), one number (numeric), or `true`/`false` (true_false).
    `messages` say what is wrong with it or what could not be taken along.
    """

    number: int
    kind: str = ""
    prompt: str = ""
    title: str = ""
    category: str = ""
    options: list[Option] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    tolerance: Decimal = Decimal(0)
    unit: str = ""
    pairs: list[Pair] = field(default_factory=list)
    feedback: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""
    verdict: str = OK
    messages: list[str] = field(default_factory=list)

    def warn(self, message: str) -> None:
        """It can be used, but the teacher should look at something."""
        if message not in self.messages:
            self.messages.append(message)
        if self.verdict == OK:
            self.verdict = WARNING

    def refuse(self, message: str) -> None:
        """It cannot be used."""
        if message not in self.messages:
            # What keeps it out stands before what only wants a look.
            self.messages.insert(int(self.verdict == REFUSED), message)
        self.verdict = REFUSED

    @property
    def message(self) -> str:
        return " ".join(self.messages)

    @property
    def right_letters(self) -> str:
        """The letters of the right options, in their order."""
        return "".join(
            LETTERS[place] for place, one in enumerate(self.options) if one.is_right
        )


@dataclass
class QuestionFile:
    """What was read: the questions, and what is to be said of the file itself.

    `notes` name what was not understood; `dropped` what was, and has no place with us.
    """

    form: str
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def usable(self) -> list[Item]:
        return [item for item in self.items if item.verdict != REFUSED]

    @property
    def refused(self) -> list[Item]:
        return [item for item in self.items if item.verdict == REFUSED]

    @property
    def verdict(self) -> str:
        """`refused` where nothing can be used, `warning` where something needs a look."""
        if not self.usable:
            return REFUSED
        if self.notes or any(item.verdict != OK for item in self.items):
            return WARNING
        return OK


def quote(text: str) -> str:
    """The beginning of a text, in one line, to say which one is meant."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[:QUOTED] + "…"


def number_of(text: str) -> Decimal | None:
    """A number as written, full-width digits too; None where it is none."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 30 else None


def plain_number(number: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    written = format(number, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


def settle(item: Item) -> Item:
    """Check that a question is whole and does not contradict itself; say what is not."""
    if not item.prompt.strip():
        item.refuse(_("没有题干。请补上题目的话。"))
    check = _CHECKS.get(item.kind)
    if item.verdict == REFUSED:
        return item
    if check is None:
        item.refuse(_("看不出是哪种题。请写上题型和答案。"))
        return item
    check(item)
    _drop_remarks(item)
    return item


def _drop_remarks(item: Item) -> None:
    """Where options have each their own sentence, there is none for all of them."""
    if item.kind not in (SINGLE, MULTIPLE, SHORT_ANSWER):
        return
    for words in (item.feedback_right, item.feedback_wrong):
        if words:
            item.warn(
                _("这句评语没有带过来：「%(words)s」。") % {"words": quote(words)}
            )
    item.feedback_right = item.feedback_wrong = ""


def _check_options(item: Item) -> None:
    if len(item.options) < 2:
        item.refuse(_("选项不到两个。请至少写两个选项，一行一个。"))
    if any(not one.text.strip() for one in item.options):
        item.refuse(_("有一个选项是空的。请补上它的字。"))
    twice = [
        text
        for text, times in Counter(one.text for one in item.options).items()
        if times > 1
    ]
    if twice:
        item.warn(_("有两个选项一样：「%(text)s」。") % {"text": quote(twice[0])})
    if not any(one.is_right for one in item.options):
        item.refuse(_("没有答案。请写明哪个选项对，比如「答案：B」。"))


def _check_single(item: Item) -> None:
    _check_options(item)
    if sum(one.is_right for one in item.options) > 1:
        item.refuse(_("写的是单选题，答案却有好几个。请改成多选题，或者只留一个答案。"))


def _check_multiple(item: Item) -> None:
    _check_options(item)
    if sum(one.is_right for one in item.options) == 1:
        item.warn(_("写的是多选题，答案只有一个。请看看对不对。"))


def _check_true_false(item: Item) -> None:
    if item.answers not in ([TRUE], [FALSE]):
        item.refuse(_("没有写这句话对不对。请写「答案：对」或「答案：错」。"))


def _check_fill_in(item: Item) -> None:
    item.answers = [one for one in item.answers if one.strip()]
    if not item.answers:
        item.refuse(_("没有答案。请写上要填的字，比如「答案：119」。"))


def _check_numeric(item: Item) -> None:
    if len(item.answers) > 1:
        item.refuse(_("这道题有几个对的数。请只留一个，或者改成填空题。"))
    elif not item.answers:
        item.refuse(_("没有答案。请写上对的数。"))
    elif number_of(item.answers[0]) is None:
        item.refuse(
            _("答案「%(text)s」不是一个数。请改成数，或者改成填空题。")
            % {"text": quote(item.answers[0])}
        )
    elif item.tolerance < 0:
        item.refuse(_("误差不能小于零。请改一下。"))
    else:
        item.answers = [plain_number(number_of(item.answers[0]) or Decimal(0))]


def _check_matching(item: Item) -> None:
    for pair in [pair for pair in item.pairs if not pair.left.strip()]:
        item.pairs.remove(pair)
        item.warn(
            _("多出来的「%(text)s」没有配对，没有带过来。")
            % {"text": quote(pair.right)}
        )
    for place in range(len(item.pairs) - 1, 0, -1):
        if item.pairs[place] in item.pairs[:place]:
            pair = item.pairs.pop(place)
            item.warn(
                _("「%(text)s」这一组写了两次，只留一次。") % {"text": quote(pair.left)}
            )
    if any(not pair.right.strip() for pair in item.pairs):
        item.refuse(_("有一项没有配对的另一半。请补上。"))
    if len(item.pairs) < 2:
        item.refuse(_("配对不到两组。请至少写两组。"))


def _check_ordering(item: Item) -> None:
    if len(item.answers) < 2 or any(not one.strip() for one in item.answers):
        item.refuse(_("要排的东西不到两样，或者有空的。请补上。"))
    elif len(set(item.answers)) < len(item.answers):
        item.refuse(_("要排的东西有两样一模一样，分不出先后。请改一下。"))


def _check_short_answer(item: Item) -> None:
    """Whatever is written is looked at by a person; nothing to check."""


_CHECKS = {
    SINGLE: _check_single,
    MULTIPLE: _check_multiple,
    TRUE_FALSE: _check_true_false,
    FILL_IN: _check_fill_in,
    NUMERIC: _check_numeric,
    MATCHING: _check_matching,
    ORDERING: _check_ordering,
    SHORT_ANSWER: _check_short_answer,
}
