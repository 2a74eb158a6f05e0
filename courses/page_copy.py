"""The blocks of a page for another school: the same words, and its own files and links.

A page of one school must point to nothing in another (design §2). What a block points
to is replaced by what stands for it at the new place, and taken out where nothing does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.db.models import Model
from wagtail.blocks import (
    ChooserBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
)
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

# The model that a link or an embed in rich text points to, by what it says of itself.
_LINKS: dict[str, Callable[[], type[Model]]] = {
    "page": lambda: Page,
    "document": get_document_model,
    "image": get_image_model,
}


@dataclass
class Places:
    """What stands at the new place for what the old one points to."""

    # (model, key) → key; None: nothing does. What is not in it may stay as it is.
    keys: dict[tuple[type[Model], int], int | None] = field(default_factory=dict)
    lost: int = 0

    def key_for(self, model: type[Model], key: int | None) -> int | None:
        """What to point to instead of that object."""
        if key is None:
            return None
        base = Page if issubclass(model, Page) else model
        found = self.keys.get((base, key), key)
        if found is None:
            self.lost += 1
        return found


def moved(block: Any, raw: Any, places: Places) -> Any:
    """The stored form of a block's value, pointing to what stands at the new place.

    Args:
        block: the definition of the block.
        raw: its value as it is stored (`get_prep_value`).
        places: what stands for what; counts what nothing stands for.
    """
    if isinstance(block, StreamBlock):
        return [
            child | {"value": moved(block.child_blocks[child["type"]], child["value"], places)}
            for child in raw
        ]  # fmt: skip
    if isinstance(block, ListBlock):
        return [
            child | {"value": moved(block.child_block, child["value"], places)}
            for child in raw
        ]
    if isinstance(block, StructBlock):
        return {
            name: moved(block.child_blocks[name], value, places)
            for name, value in raw.items()
        }
    if isinstance(block, RichTextBlock):
        return _moved_text(raw, places)
    if isinstance(block, ChooserBlock):
        return places.key_for(block.model_class, raw)
    return raw


def _moved_text(raw: str, places: Places) -> str:
    if "linktype" not in raw and "embedtype" not in raw:
        return raw
    text = BeautifulSoup(raw, "html.parser")
    for tag in text.find_all(["a", "embed"]):
        _move_tag(tag, places)
    return str(text)


def _move_tag(tag: Tag, places: Places) -> None:
    kind = str(tag.get("linktype") or tag.get("embedtype") or "")
    key = str(tag.get("id") or "")
    if kind not in _LINKS or not key.isdecimal():
        return
    found = places.key_for(_LINKS[kind](), int(key))
    if found is not None:
        tag["id"] = str(found)
    elif tag.name == "a":
        # The words of a link stay.
        tag.unwrap()
    else:
        tag.decompose()
