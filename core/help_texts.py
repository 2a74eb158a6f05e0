"""Help beside each field of the editor: the product's words, or those of the centre.

An app registers what its fields are called and what is said beside them. A form reads
the centre's words once, when it is made; blocks find them there while it is drawn.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from core.models import HelpText

_registered: dict[str, tuple[Any, Any]] = {}
_of_the_centre: ContextVar[Mapping[str, str] | None] = ContextVar("help", default=None)


def register_help(key: str, label: Any, text: Any) -> None:
    """A field's key, what the centre sees it called, and the product's words."""
    _registered[key] = (label, text)


def known_keys() -> list[tuple[str, str]]:
    """Every key with its label, as a choice."""
    return [(key, str(label)) for key, (label, _text) in _registered.items()]


def label_of(key: str) -> str:
    """What the field of a key is called; the key itself where no app knows it any more."""
    return str(_registered[key][0]) if key in _registered else key


def read_help() -> None:
    """Read the centre's words for the form that is being made: at most one query."""
    _of_the_centre.set(HelpText.current())


def help_of(key: str) -> Any:
    """What stands beside the field of that key; empty for a key that nobody knows."""
    given = (_of_the_centre.get() or {}).get(key)
    return given or _registered.get(key, ("", ""))[1]
