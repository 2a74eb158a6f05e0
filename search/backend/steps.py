"""The steps of a query, on any kind of server: typed, then by sound (`search/wording.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from search.plan import Plan, SoundsLike, make_plan, steps_of
from search.wording import Step

TITLE_FIELD = "title"


@dataclass(frozen=True)
class Wanted:
    """What of the best hits is wanted: columns instead of objects, to count and group.

    The same at each call but for the words and the moment, so that a database's SQL is
    made once for queries of one form: `objects` must not look at either.
    """

    objects: Callable[[], QuerySet[Any]]
    columns: tuple[str, ...]
    # Of the moment: narrows the hits by what need not be in the index.
    where: Callable[[Any], Q]
    most: int


class SteppedCompiler:
    """Stands before a stock compiler and remembers the step that its query is at."""

    # Of the stock compiler, or of the one that this stands before.
    LAST_TERM_IS_PREFIX: bool
    query: Any
    fields: list[str] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sounds are stored with titles and names; a search in other fields has none.
        may_sound = (
            not self.fields
            or TITLE_FIELD in self.fields
            or isinstance(self.query, SoundsLike)
        )
        self._steps = steps_of(self.query, may_sound=may_sound)
        self._place = 0
        self._plans: dict[int, Plan] = {}
        self.is_settled = len(self._steps) == 1

    @property
    def step(self) -> Step:
        """How freely the query is read now."""
        return self._steps[self._place]

    @property
    def plan(self) -> Plan:
        """The query as it is read now."""
        return self._plan_at(self._place)

    def settle(self) -> None:
        """This step found something, or none did: ask no further."""
        self.is_settled = True

    def go_on(self) -> None:
        """To the next step that asks for something else; after the last, to the first."""
        asked = [self._plan_at(place) for place in range(self._place + 1)]
        place = self._place + 1
        while place < len(self._steps) and self._plan_at(place) in asked:
            place += 1
        if place == len(self._steps):
            self._place = 0
            self.is_settled = True
        else:
            self._place = place

    def _plan_at(self, place: int) -> Plan:
        if place not in self._plans:
            self._plans[place] = make_plan(
                self.query, self._steps[place], typing=self.LAST_TERM_IS_PREFIX
            )
        return self._plans[place]


class SteppedResults:
    """Results of a query that takes its next step while it finds nothing."""

    query_compiler: Any
    start: int
    stop: int | None

    @property
    def matched_by_sound(self) -> bool:
        """Whether what was found only sounds like the query; known once it was asked."""
        return bool(self.query_compiler.step.by_sound)

    def rows(self, wanted: Wanted) -> list[tuple[Any, ...]]:
        """Columns of the best hits among the objects that are searched."""
        raise NotImplementedError

    def facet(self, field_name: str) -> Any:
        """Counts by the values of a field, at the step that finds something."""
        self._do_count()
        return super().facet(field_name)  # type: ignore[misc]

    def _do_search(self) -> list[Any]:
        parent: Any = super()
        return list(self._ask(lambda: list(parent._do_search())))

    def _do_count(self) -> int:
        parent: Any = super()
        return int(self._ask(lambda: parent._do_count()))

    def _ask(self, read: Callable[[], Any]) -> Any:
        compiler = self.query_compiler
        while True:
            answer = read()
            if answer or compiler.is_settled or self._began_before():
                compiler.settle()
                return answer
            compiler.go_on()

    def _began_before(self) -> bool:
        """Whether an empty later page follows on hits of this step."""
        if not self.start:
            return False
        first: Any = self._clone()  # type: ignore[attr-defined]
        first.start, first.stop = 0, 1
        parent: Any = super(SteppedResults, first)
        return bool(list(parent._do_search()))
