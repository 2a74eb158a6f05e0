"""How the rows of a kept question (`core.kept_sql`) become what its queryset gives.

Django finds out anew for each question which columns belong to which object, through
what each has to go, and what is joined to what. It depends on the question alone, and took
a sixth of the time of a kept question. Here it is found once.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)

from core.plain_rows import from_row_of

Rows = list[Any]
Make = Callable[[Any], Any]


def reader_of(question: "QuerySet[Any]", compiler: Any) -> Callable[[Any, Rows], Rows]:
    """What makes objects, tuples or values of rows: called with the connection and them.

    Args:
        question: the queryset.
        compiler: its compiler, after it has made the SQL.

    Raises:
        TypeError: the question is of a kind that is not read here.
    """
    asked: Any = question
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    make = KINDS.get(asked._iterable_class)
    if (
        make is None
        or asked._known_related_objects
        or compiler.has_composite_fields(columns)
    ):
        kind = asked._iterable_class.__name__
        raise TypeError(f"No rows of {asked.model.__name__} are read here as {kind}.")
    converted = list(compiler.get_converters(columns).items())
    # What is only sorted by comes after what is asked for.
    width = compiler.col_count if compiler.has_extra_select else None
    made = make(asked, compiler)
    beside = asked._prefetch_related_lookups

    def read(connection: Any, rows: Rows) -> Rows:
        if width is not None:
            rows = [row[:width] for row in rows]
        if converted:
            rows = list(_through(converted, rows, connection))
        found = [made(row) for row in rows]
        if beside:
            prefetch_related_objects(found, *beside)
        return found

    return read


def _through(
    converted: list[Any], rows: Iterable[Any], connection: Any
) -> Iterable[list[Any]]:
    """The rows with their values as Python has them (`SQLCompiler.apply_converters`)."""
    for row in map(list, rows):
        for place, (steps, expression) in converted:
            value = row[place]
            for step in steps:
                value = step(value, expression, connection)
            row[place] = value
        yield row


def _tuples(_question: Any, _compiler: Any) -> Make:
    return tuple


def _values(_question: Any, _compiler: Any) -> Make:
    return itemgetter(0)


def _names(question: Any) -> list[str]:
    """What the columns of a row are called, in their order."""
    query = question.query
    return list(query.selected or ()) or [
        *query.extra_select,
        *query.values_select,
        *query.annotation_select,
    ]


def _dictionaries(question: Any, _compiler: Any) -> Make:
    names = _names(question)
    return lambda row: dict(zip(names, row, strict=True))


def _named(question: Any, _compiler: Any) -> Make:
    names = list(question._fields or _names(question))
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]
    return lambda row: kind(*row)


def _objects(_question: Any, compiler: Any) -> Make:
    """What makes an object of a row, with all that is joined."""
    alias = compiler.connection.alias
    info, select = compiler.klass_info, compiler.select
    model, places = info["model"], info["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in select[first:end]]
    from_row = from_row_of(model, names)
    # The stubs are those of a later Django.
    joined = get_related_populators(info, select, alias)  # type: ignore[call-arg]
    _make_plainly(joined)
    beside = list(compiler.annotation_col_map.items())

    def made(row: Any) -> Any:
        found = from_row(alias, names, row[first:end])
        for one in joined:
            one.populate(row, found)
        for name, place in beside:
            setattr(found, name, row[place])
        return found

    return made


class _Joined:
    """What a populator takes for the model of what is joined."""

    def __init__(self, model: Any, names: list[str]) -> None:
        self.from_db = from_row_of(model, names)


def _make_plainly(joined: list[Any]) -> None:
    for one in joined:
        one.model_cls = _Joined(one.model_cls, one.init_list)
        _make_plainly(one.related_populators)


# Django's ways to read rows, and ours: given the queryset and its compiler.
KINDS: dict[Any, Callable[[Any, Any], Make]] = {
    ModelIterable: _objects,
    ValuesListIterable: _tuples,
    FlatValuesListIterable: _values,
    NamedValuesListIterable: _named,
    ValuesIterable: _dictionaries,
}
