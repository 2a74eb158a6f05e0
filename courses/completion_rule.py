"""When is a course complete? One pure rule a course, judged and said in the same words.

A course learnt at home asks for its required lessons, a class for the lessons to which
the learner came; a course that is both asks for both. The share of a class is one of all
its lessons that took place: one whose roll nobody took counts as a lesson to which
nobody came, so that a forgotten roll completes nobody.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.choices import Mode


@dataclass(frozen=True)
class Standing:
    """How far somebody is: whole numbers, and a mean mark where there is one.

    `held` and `came` count lessons of the class that are over; `required` and `done`
    required lessons at home; `mark` is the mean of the best marks in per cent.
    """

    held: int = 0
    came: int = 0
    required: int = 0
    done: int = 0
    mark: int | None = None


@dataclass(frozen=True)
class CompletionRule:
    """The rule of one course; shares in whole per cent, 0 asks for nothing."""

    sessions: int
    lessons: int
    marks: int
    mode: Mode
    version: int = 1

    @property
    def parts(self) -> tuple[int, int, int, str]:
        """What makes it this rule and no other."""
        return (self.sessions, self.lessons, self.marks, str(self.mode))

    def missing(self, standing: Standing, *, is_class: bool) -> list[str]:
        """What is left to do, in sentences; empty where the rule is met.

        A class of a course that can also be learnt at home is completed by either.
        """
        home = self._missing_at_home(standing)
        if not is_class:
            return home
        room = self._missing_in_class(standing)
        if self.mode == Mode.BLENDED:
            return room + home
        if self.mode == Mode.ONLINE and not home:
            return []
        return room

    def _missing_in_class(self, standing: Standing) -> list[str]:
        if not standing.held:
            # Nothing held is not «everything attended».
            return [_("还没上过课。")]
        if standing.came * 100 >= standing.held * self.sessions:
            return []
        need = -(-standing.held * self.sessions // 100)
        return [
            ngettext(
                "上了 %(held)s 次课，来了 %(came)s 次，要来 %(need)s 次才够。",
                "上了 %(held)s 次课，来了 %(came)s 次，要来 %(need)s 次才够。",
                standing.held,
            )
            % {"held": standing.held, "came": standing.came, "need": need}
        ]

    def _missing_at_home(self, standing: Standing) -> list[str]:
        if not standing.required:
            return [_("还没有要学的课。")]
        found = []
        if standing.done * 100 < standing.required * self.lessons:
            need = -(-standing.required * self.lessons // 100)
            found.append(
                ngettext(
                    "必学的课学完了 %(done)s 课，要学完 %(need)s 课。",
                    "必学的课学完了 %(done)s 课，要学完 %(need)s 课。",
                    standing.done,
                )
                % {"done": standing.done, "need": need}
            )
        if self.marks and (standing.mark is None or standing.mark < self.marks):
            words = _("小测平均要到 %(need)s%%，现在是 %(mark)s%%。")
            found.append(words % {"need": self.marks, "mark": standing.mark or 0})
        return found

    @property
    def home_words(self) -> str:
        """The rule for who learns at home."""
        if self.lessons == 100:
            words = _("学完全部必学的课")
        else:
            words = _("学完 %(share)s%% 以上的必学课") % {"share": self.lessons}
        if self.marks:
            words += _("，小测平均 %(share)s%% 以上") % {"share": self.marks}
        return words

    @property
    def class_words(self) -> str:
        """The rule for who comes to a class."""
        if self.sessions:
            words = _("到校的课来了 %(share)s%% 以上") % {"share": self.sessions}
        else:
            words = _("到校的课上完了")
        if self.mode == Mode.BLENDED:
            return _("%(room)s，并且在家%(home)s") % {
                "room": words,
                "home": self.home_words,
            }
        if self.mode == Mode.ONLINE:
            return _("%(room)s，或者在家%(home)s") % {
                "room": words,
                "home": self.home_words,
            }
        return words
