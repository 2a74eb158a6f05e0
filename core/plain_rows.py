"""Objects of rows, made without a constructor that finds out each time what they are.

For a row that is not read whole Django goes through all fields of its model, forty of a
course, calls whoever wants to know of every object there is, and sets the values one by
one: a tenth of a page with twenty courses. Which columns a question reads, and that
nobody wants to know, is the same for all its rows.

Where a model adds to the constructor, or somebody listens, the constructor it is.
"""

from collections.abc import Callable, Iterable, Sequence
from inspect import getattr_static
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from modelcluster.models import ClusterableModel
from wagtail.models import Page

# What these do beyond Django's own constructor they do for what is new or given by name.
PLAIN = {Model, ClusterableModel, Page}
# A value of such a column is kept as it is. Others make something else of it.
KEPT_AS_IT_IS = (DeferredAttribute, ForeignKeyDeferredAttribute)

FromRow = Callable[[str, Any, Sequence[Any]], Any]


def from_row_of(model: Any, names: Iterable[str]) -> FromRow:
    """`model.from_db` for rows with these columns, in this order.

    It is called as `from_db` is; the names that it is given then are not looked at.
    """
    columns = list(names)
    if not _is_plain(model):
        known = frozenset(columns)
        return lambda alias, _names, values: model.from_db(alias, known, values)
    key = model._meta.pk.attname
    # A page looks for its number, and finds it in the key that its row begins with.
    is_found = issubclass(model, Page) and "id" not in columns and key in columns
    made_of_it = [
        (place, name)
        for place, name in enumerate(columns)
        if not isinstance(getattr_static(model, name), KEPT_AS_IT_IS)
    ]

    def from_row(alias: str, _names: Any, values: Sequence[Any]) -> Any:
        state = ModelState()
        state.adding = False
        state.db = alias
        found = model.__new__(model)
        kept = found.__dict__
        kept["_state"] = state
        kept.update(zip(columns, values, strict=True))
        if is_found:
            kept["id"] = kept[key]
        for place, name in made_of_it:
            del kept[name]
            setattr(found, name, values[place])
        return found

    return from_row


def _is_plain(model: Any) -> bool:
    """Whether the constructor only takes down what it is given."""
    makers = {one for one in model.__mro__[:-1] if "__init__" in one.__dict__}
    return (
        makers <= PLAIN
        and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        and not any(one.has_listeners(model) for one in (pre_init, post_init))
    )
