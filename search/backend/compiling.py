"""What both databases share: from a plan to a queryset."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    AutoField,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, StrIndex, Substr
from django.db.models.lookups import GreaterThan
from modelsearch.conf import get_app_config
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page

from search.backend.entries import heading
from search.backend.steps import TITLE_FIELD, SteppedCompiler, SteppedResults
from search.plan import EVERYTHING, AllOf, AnyOf, Node, NoneOf
from search.ranking import Columns, coverage, rarity, score, scored_words
from search.text import BREAK
from search.wording import Atom, Step, Word

IndexEntry: Any = get_app_config().get_model("IndexEntry", require_ready=False)


class ChineseCompiler(SteppedCompiler):
    """How a query is compiled; stands before the stock compiler of its database.

    A database's own part: `match` (the condition for an atom or a combination without
    «not»), `count_holding`, and where it keeps stored tokens as text (`columns`).
    """

    columns: Columns
    queryset: Any
    order_by_relevance: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[tuple[str, ...], tuple[list[int], int]] = {}

    # --- A database's own part ---------------------------------------------------

    def match(self, node: Node) -> Any:
        """The condition on an index entry that a node without «not» holds."""
        raise NotImplementedError

    def count_holding(self, nodes: list[Node]) -> list[int]:
        """In how many entries each node holds, and at the end how many there are."""
        raise NotImplementedError

    # --- The queryset ----------------------------------------------------------------

    def search(
        self,
        config: Any,
        start: int | None,
        stop: int | None,
        score_field: str | None = None,
        backend: Any = None,
    ) -> Any:
        """The objects that the query finds at its step, the best first."""
        plan = self.plan
        queryset = self.queryset
        if plan.node == EVERYTHING:
            return queryset[start:stop]
        condition = self._condition(plan.node)
        if condition is None:
            return queryset.none()
        entries = IndexEntry.objects.filter(
            content_type_id__in=get_descendants_content_types_pks(queryset.model)
        )
        words = scored_words(plan)
        if self._misses_a_word(plan.node, words):
            return queryset.none()
        weights = self._weights(words)
        found = entries.filter(condition)
        if self.step is Step.PARTLY:
            found = found.filter(coverage(words, self._chances(words), self.columns))
        queryset = queryset.filter(pk__in=found.values(key=self._key()))
        if self.order_by_relevance or score_field:
            name = score_field or "search_score"
            value = score(plan, words, weights, self.columns)
            queryset = queryset.annotate(**{name: self._of_object(entries, value)})
            if self.order_by_relevance:
                queryset = queryset.order_by(f"-{name}", "-pk")
        if not self.order_by_relevance and not queryset.query.order_by:
            queryset = queryset.order_by("-pk")
        return queryset[start:stop]

    def _key(self) -> Any:
        """The entry's object as a primary key: entries keep keys as text."""
        field = self.queryset.model._meta.pk
        while field.remote_field:
            field = field.remote_field.model._meta.pk
        if isinstance(field, AutoField | IntegerField):
            return Cast("object_id", IntegerField())
        if isinstance(field, UUIDField):
            return Cast("object_id", UUIDField())
        return F("object_id")

    def _weights(self, words: list[Word]) -> list[float]:
        """How rare each word is; one word alone is measured against nothing."""
        if len(words) < 2:
            return [1.0] * len(words)
        holding, documents = self._count(words)
        return [rarity(documents, one) for one in holding]

    def _count(self, words: list[Word]) -> tuple[list[int], int]:
        """In how many entries each word stands, and how many there are.

        Asked once for a query: by sound its words weigh what they do as typed.
        """
        key = tuple(word.text for word in words)
        if key not in self._known:
            *holding, documents = self.count_holding([_any_form(one) for one in words])
            self._known[key] = (holding, documents)
        return self._known[key]

    def _chances(self, words: list[Word]) -> list[float]:
        """The weights, without those of words that stand nowhere («我想学…»)."""
        weights = self._weights(words)
        if len(words) < 2:
            return weights
        holding, _documents = self._count(words)
        return [
            weight if count else 0.0
            for weight, count in zip(weights, holding, strict=True)
        ]

    def _misses_a_word(self, node: Node, words: list[Word]) -> bool:
        """Whether a necessary word is known to stand nowhere."""
        if self.step.by_sound or not isinstance(node, AllOf) or len(words) < 2:
            return False
        holding, _documents = self._count(words)
        return any(
            not count and word.literal in node.parts
            for word, count in zip(words, holding, strict=True)
        )

    def _of_object(self, entries: Any, value: Any) -> Any:
        """The value of the entry that belongs to each object."""
        own = entries.filter(object_id=Cast(OuterRef("pk"), TextField()))
        if issubclass(self.queryset.model, Page):
            # One of many page types: with it the entry is found at once.
            own = own.filter(content_type_id=OuterRef("content_type_id"))
        return Subquery(
            own.annotate(search_score=value).values("search_score")[:1],
            output_field=FloatField(),
        )

    def _condition(self, node: Node) -> Any:
        """The condition on an index entry, or None where nothing can hold it."""
        if node == EVERYTHING:
            return Q()
        if isinstance(node, NoneOf):
            inner = self._condition(node.part)
            return Q() if inner is None else ~inner if inner else None
        if isinstance(node, Atom):
            return self._atom(node)
        if not self.fields and _is_plain(node):
            return self.match(node) if _can_hold(node) else None
        parts = [self._condition(part) for part in node.parts]
        if isinstance(node, AllOf):
            return None if None in parts else reduce(and_, parts, Q())
        parts = [part for part in parts if part is not None]
        return reduce(or_, parts) if parts else None

    def _atom(self, atom: Atom) -> Any:
        """An atom, in the fields that were asked for."""
        if not self.fields:
            return self.match(atom)
        return reduce(or_, (self._in_field(atom, name) for name in self.fields))

    def _in_field(self, atom: Atom, field_name: str) -> Any:
        if self.LAST_TERM_IS_PREFIX:
            # What completes is one column; models have one such field.
            return self.match(atom)
        if field_name == TITLE_FIELD:
            return self.match(atom) & Q(_holds(F(self.columns.title), atom.needle))
        # The field's text begins at its mark and ends at the next break.
        mark = f" {heading(field_name)} {BREAK} "
        body = F(self.columns.body)
        at = StrIndex(body, _text(mark))
        rest = Substr(body, at + len(mark) - 1)
        text = Substr(rest, 1, StrIndex(rest, _text(f" {BREAK} ")))
        return self.match(atom) & Q(GreaterThan(at, 0)) & Q(_holds(text, atom.needle))


class DatabaseResults(SteppedResults):
    """Hits in the site's own database: a queryset at the step of the query."""

    def rows(
        self, *names: str, where: Q | None = None, most: int
    ) -> list[tuple[Any, ...]]:
        """Columns of the best hits, in one query."""

        def read() -> list[tuple[Any, ...]]:
            queryset = self.get_queryset()  # type: ignore[attr-defined]
            narrowed = queryset if where is None else queryset.filter(where)
            return list(narrowed.values_list(*names)[:most])

        return list(self._ask(read))


def _text(value: str) -> Any:
    return Value(value, output_field=TextField())


def _holds(text: Any, needle: str) -> Any:
    return GreaterThan(StrIndex(text, _text(needle)), 0)


def _any_form(word: Word) -> Node:
    return AnyOf(word.atoms) if word.sounds else word.literal


def _parts(node: Node) -> Iterable[Node]:
    if isinstance(node, Atom):
        return ()
    return (node.part,) if isinstance(node, NoneOf) else node.parts


def _is_plain(node: Node) -> bool:
    """Whether a tree is atoms under «all» and «any», and so one match of an index."""
    if isinstance(node, NoneOf) or node == EVERYTHING:
        return False
    return all(_is_plain(part) for part in _parts(node))


def _can_hold(node: Node) -> bool:
    """False for a tree in which some necessary part asks for nothing that exists."""
    if isinstance(node, AnyOf):
        return any(_can_hold(part) for part in node.parts)
    return all(_can_hold(part) for part in _parts(node))
