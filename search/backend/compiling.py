"""What both databases share: from a plan to a queryset."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from threading import Lock
from typing import Any

from django.db.models import (
    AutoField,
    BooleanField,
    DateTimeField,
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
from django.utils import timezone
from modelsearch.conf import get_app_config
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page

from core.kept_sql import KEPT, KeptQuery, kept
from search.backend.entries import heading
from search.backend.steps import (
    TITLE_FIELD,
    SteppedCompiler,
    SteppedResults,
    Wanted,
)
from search.plan import EVERYTHING, AllOf, AnyOf, Node, NoneOf
from search.ranking import (
    Columns,
    Formula,
    Written,
    coverage,
    rarity,
    score,
    scored_words,
)
from search.text import BREAK
from search.wording import Atom, Step, Word

IndexEntry: Any = get_app_config().get_model("IndexEntry", require_ready=False)


SCORE = "search_score"
# A query of one word has another form than one of two, and by sound it has as many as
# there are readings. Of more forms the one goes that was longest not asked.
MOST_FORMS = 60


@dataclass(frozen=True)
class Ranking:
    """By what hits are ordered; and what they must hold, where not every word is asked."""

    score: Formula
    cover: Formula | None = None

    @property
    def values(self) -> tuple[str | float, ...]:
        """All values: those of the score, then the others."""
        return self.score.values + (self.cover.values if self.cover else ())

    def scored(self, columns: Columns, values: Any = None) -> Written:
        """The score as part of a query; `values`: places for all values."""
        count = len(self.score.values)
        own = self.score.values if values is None else values[:count]
        return Written(self.score.text, tuple(own), columns, FloatField())

    def covered(self, columns: Columns, values: Any = None) -> Written | None:
        """The same for the condition."""
        if self.cover is None:
            return None
        own = self.cover.values if values is None else values[len(self.score.values) :]
        return Written(self.cover.text, tuple(own), columns, BooleanField())


class ChineseCompiler(SteppedCompiler):
    """How a query is compiled; stands before the stock compiler of its database.

    A database's own part: `written` and `holds` (an atom or a combination without «not»
    in its own language, and the condition for it), `count_holding`, and where it keeps
    stored tokens as text (`columns`).
    """

    columns: Columns
    queryset: Any
    order_by_relevance: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[tuple[str, ...], tuple[list[int], int]] = {}

    # --- A database's own part ---------------------------------------------------

    @classmethod
    def written(cls, node: Node) -> str:
        """A node without «not» in the database's own language."""
        raise NotImplementedError

    @classmethod
    def holds(cls, asked: Any) -> Any:
        """The condition on an index entry; `asked` is such a node, or a place for it."""
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
        words = scored_words(plan)
        if self._misses_a_word(plan.node, words):
            return queryset.none()
        ranking = self._ranking(words)
        queryset = _found(queryset, condition, ranking.covered(self.columns))
        if self.order_by_relevance or score_field:
            name = score_field or SCORE
            queryset = _scored(queryset, name, ranking.scored(self.columns))
            if self.order_by_relevance:
                queryset = queryset.order_by(f"-{name}", "-pk")
        if not self.order_by_relevance and not queryset.query.order_by:
            queryset = queryset.order_by("-pk")
        return queryset[start:stop]

    def rows(self, wanted: Wanted) -> list[tuple[Any, ...]]:
        """Columns of the best hits at its step, in one query."""
        plan, now = self.plan, timezone.now()
        words = scored_words(plan)
        if self.fields or not _is_plain(plan.node) or not self.order_by_relevance:
            return self._other_rows(wanted, now)
        if not _can_hold(plan.node) or self._misses_a_word(plan.node, words):
            return []
        ranking = self._ranking(words)
        question = question_of(type(self), wanted, ranking)
        values = {_place(place): one for place, one in enumerate(ranking.values)}
        return question(at=now, asked=self.written(plan.node), **values)

    def _other_rows(self, wanted: Wanted, now: Any) -> list[tuple[Any, ...]]:
        found = self.search(None, 0, None).filter(wanted.where(now))
        return list(found.values_list(*wanted.columns)[: wanted.most])

    def _ranking(self, words: list[Word]) -> Ranking:
        cover = None
        if self.step is Step.PARTLY:
            cover = coverage(words, self._chances(words), self.columns)
        weights = self._weights(words)
        return Ranking(score(self.plan, words, weights, self.columns), cover)

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

    def _match(self, node: Node) -> Any:
        return self.holds(_text(self.written(node)))

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
            return self._match(node) if _can_hold(node) else None
        parts = [self._condition(part) for part in node.parts]
        if isinstance(node, AllOf):
            return None if None in parts else reduce(and_, parts, Q())
        parts = [part for part in parts if part is not None]
        return reduce(or_, parts) if parts else None

    def _atom(self, atom: Atom) -> Any:
        """An atom, in the fields that were asked for."""
        if not self.fields:
            return self._match(atom)
        return reduce(or_, (self._in_field(atom, name) for name in self.fields))

    def _in_field(self, atom: Atom, field_name: str) -> Any:
        if self.LAST_TERM_IS_PREFIX:
            # What completes is one column; models have one such field.
            return self._match(atom)
        if field_name == TITLE_FIELD:
            return self._match(atom) & Q(_holds(F(self.columns.title), atom.needle))
        # The field's text begins at its mark and ends at the next break.
        mark = f" {heading(field_name)} {BREAK} "
        body = F(self.columns.body)
        at = StrIndex(body, _text(mark))
        rest = Substr(body, at + len(mark) - 1)
        text = Substr(rest, 1, StrIndex(rest, _text(f" {BREAK} ")))
        return self._match(atom) & Q(GreaterThan(at, 0)) & Q(_holds(text, atom.needle))


class DatabaseResults(SteppedResults):
    """Hits in the site's own database: a queryset at the step of the query."""

    def rows(self, wanted: Wanted) -> list[tuple[Any, ...]]:
        """Columns of the best hits; the SQL is made once for queries of one form."""
        return list(self._ask(lambda: self.query_compiler.rows(wanted)))


def question_of(
    compiler: type[ChineseCompiler], wanted: Wanted, ranking: Ranking
) -> KeptQuery:
    """The question for the best hits of queries of this form."""
    cover = ranking.cover.text if ranking.cover else ""
    # Wagtail gives them in any order.
    types = tuple(sorted(get_descendants_content_types_pks(wanted.objects().model)))
    form = (compiler, wanted, types, ranking.score.text, cover)
    with _choosing:
        question = _questions.pop(form, None)
        if question is None:
            question = _make_question(compiler, wanted, ranking, repr(form))
        _questions[form] = question
        while len(_questions) > MOST_FORMS:
            _form, left = _questions.popitem(last=False)
            KEPT.pop(left.name, None)
    return question


# The one that was asked last stands at the end.
_questions: OrderedDict[Any, KeptQuery] = OrderedDict()
_choosing = Lock()


def _make_question(
    compiler: type[ChineseCompiler], wanted: Wanted, ranking: Ranking, name: str
) -> KeptQuery:
    def ranked(at: Any, asked: Any, **values: Any) -> Any:
        places = tuple(values.values())
        cover = ranking.covered(compiler.columns, places)
        found = _found(wanted.objects(), compiler.holds(asked), cover)
        found = _scored(found, SCORE, ranking.scored(compiler.columns, places))
        found = found.order_by(f"-{SCORE}", "-pk").filter(wanted.where(at))
        return found.values_list(*wanted.columns)[: wanted.most]

    ranked.__qualname__ = f"ranked[{hashlib.sha256(name.encode()).hexdigest()}]"
    fields: dict[str, Any] = {
        _place(place): TextField() if isinstance(one, str) else FloatField()
        for place, one in enumerate(ranking.values)
    }
    return kept(at=DateTimeField(), asked=TextField(), **fields)(ranked)


def _place(number: int) -> str:
    """The name under which a value of the formula is given."""
    return f"value_{number}"


def _found(queryset: Any, condition: Any, cover: Any) -> Any:
    """The objects whose entry holds the conditions."""
    entries = _entries(queryset.model).filter(condition)
    if cover is not None:
        entries = entries.filter(cover)
    return queryset.filter(pk__in=entries.values(key=_key(queryset.model)))


def _scored(queryset: Any, name: str, value: Any) -> Any:
    """The objects with the score of their entry."""
    own = _entries(queryset.model).filter(object_id=Cast(OuterRef("pk"), TextField()))
    if issubclass(queryset.model, Page):
        # One of many page types: with it the entry is found at once.
        own = own.filter(content_type_id=OuterRef("content_type_id"))
    own = own.annotate(search_score=value).values("search_score")[:1]
    return queryset.annotate(**{name: Subquery(own, output_field=FloatField())})


def _entries(model: Any) -> Any:
    return IndexEntry.objects.filter(
        content_type_id__in=get_descendants_content_types_pks(model)
    )


def _key(model: Any) -> Any:
    """The entry's object as a primary key: entries keep keys as text."""
    field = model._meta.pk
    while field.remote_field:
        field = field.remote_field.model._meta.pk
    if isinstance(field, AutoField | IntegerField):
        return Cast("object_id", IntegerField())
    if isinstance(field, UUIDField):
        return Cast("object_id", UUIDField())
    return F("object_id")


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
