"""What is stored of an object: tokens of its title, of its texts, of what completes it.

A stored text is tokens with blanks around each. Of the title and of every short text
(a name, a heading) the sounds are stored as well, behind a break; each text is headed by
a mark with its field's name, so that a search in one field finds its place.
"""

from dataclasses import dataclass
from typing import Any

from modelsearch.index import AutocompleteField, RelatedFields, SearchField

from search.backend.steps import TITLE_FIELD
from search.sounds import LONGEST_NAME, sound_tokens
from search.text import BREAK, MOST_TOKENS, index_tokens


@dataclass(frozen=True)
class Stored:
    """The tokens of one object, by column."""

    title: list[str]
    body: list[str]
    autocomplete: list[str]


def heading(field_name: str) -> str:
    """The mark at the head of a field's text."""
    return f"{BREAK}{field_name.replace('_', '')}"


def read_object(obj: Any) -> Stored:
    """What an object's search fields say, as tokens."""
    title: list[str] = []
    body: list[str] = []
    completing: list[str] = []
    for field, value in _values(obj, obj.get_search_fields()):
        text = _as_text(value)
        tokens = index_tokens(text)
        if isinstance(field, AutocompleteField):
            completing += [*tokens, BREAK, *sound_tokens(text), BREAK]
        elif field.field_name == TITLE_FIELD:
            title += [*tokens, BREAK, *sound_tokens(text), BREAK]
        else:
            is_name = len(text) <= LONGEST_NAME
            sounds = [BREAK, *sound_tokens(text)] if is_name else []
            body += [heading(field.field_name), BREAK, *tokens, *sounds, BREAK]
    return Stored(title or [BREAK], body[:MOST_TOKENS], completing)


def _values(obj: Any, fields: Any) -> Any:
    """Each field with its value; those of related objects one by one."""
    for field in fields:
        if isinstance(field, SearchField | AutocompleteField):
            yield field, field.get_value(obj)
        elif isinstance(field, RelatedFields):
            for related in _related(field.get_value(obj)):
                yield from _values(related, field.fields)


def _related(value: Any) -> list[Any]:
    if value is None:
        return []
    if hasattr(value, "all"):
        return list(value.all())
    return [value() if callable(value) else value]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return "\n".join(_as_text(one) for one in value)
    return "" if value is None else str(value)
