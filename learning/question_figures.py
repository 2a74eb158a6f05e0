"""What the answers say of a question. Pure: no database, no request.

Facility is the mean share of points among the answers that are marked: 1 is «everybody
got it», 0 «nobody did» (Crocker & Algina, Introduction to Classical and Modern Test
Theory, 1986, ch. 14).

Discrimination is the corrected item–total correlation (Henrysson, Psychometrika 28,
1963): Pearson's r between the share of points of this question, x, and the mean share of
the other questions of the same attempt, y,

    r = (n Σxy − Σx Σy) / √((n Σx² − (Σx)²)(n Σy² − (Σy)²)).

For questions that are right or wrong it is the point-biserial correlation. The question
itself is left out of y, else it would agree with itself. It adds up in one pass, so that
the number of learners does not matter to memory.
"""

import math
from collections import Counter
from dataclasses import dataclass, field

# With fewer answers chance says more than the question does.
ENOUGH_ANSWERS = 20
# So many different wrong answers of one question are told apart; typed ones have no end.
MOST_WRONG = 200
# Below this variance everybody did the same, and nothing can be told apart.
_NOTHING = 1e-9


@dataclass
class Correlation:
    """Sums from which Pearson's r comes."""

    n: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.n += 1
        self.x += x
        self.y += y
        self.xx += x * x
        self.yy += y * y
        self.xy += x * y

    @property
    def r(self) -> float | None:
        """Between −1 and 1; None where one of both never changes."""
        spread_x = self.n * self.xx - self.x * self.x
        spread_y = self.n * self.yy - self.y * self.y
        if spread_x <= _NOTHING or spread_y <= _NOTHING:
            return None
        r = (self.n * self.xy - self.x * self.y) / math.sqrt(spread_x * spread_y)
        return max(-1.0, min(1.0, r))


@dataclass
class QuestionFigures:
    """What adds up for one version of one question."""

    # In how many attempts it was asked, answered, and answered and marked.
    asked: int = 0
    answered: int = 0
    marked: int = 0
    points: float = 0.0
    correlation: Correlation = field(default_factory=Correlation)
    # How often each wrong option, or whole wrong answer, was given.
    wrong: Counter[str] = field(default_factory=Counter)
    wrong_others: int = 0

    def add(self, share: float | None, wrong: list[str], rest: float | None) -> None:
        """One answer.

        Args:
            share: its points, between 0 and 1; None while it waits for a person.
            wrong: what was wrongly given.
            rest: the mean share of the attempt's other questions; None without any.
        """
        self.answered += 1
        for one in wrong:
            if one in self.wrong or len(self.wrong) < MOST_WRONG:
                self.wrong[one] += 1
            else:
                self.wrong_others += 1
        if share is None:
            return
        self.marked += 1
        self.points += share
        if rest is not None:
            self.correlation.add(share, rest)

    @property
    def unanswered(self) -> int:
        return self.asked - self.answered

    @property
    def facility(self) -> float | None:
        return self.points / self.marked if self.marked else None

    @property
    def has_enough(self) -> bool:
        return self.marked >= ENOUGH_ANSWERS

    @property
    def discrimination(self) -> float | None:
        """None where too few answered, or nothing differs."""
        if self.correlation.n < ENOUGH_ANSWERS:
            return None
        return self.correlation.r


def mean_of_rest(shares: dict[str, float | None], block_id: str) -> float | None:
    """The mean share of the other questions; those that wait for a person stand out."""
    rest = [
        share for one, share in shares.items() if one != block_id and share is not None
    ]
    return sum(rest) / len(rest) if rest else None
