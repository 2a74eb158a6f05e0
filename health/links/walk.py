"""Every link of a page: in its blocks, its rich text and its fields. No query.

Reads the stored form of the blocks, so that what a link points to need not exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bs4 import BeautifulSoup
from django.db.models import Field, ForeignKey, Model, URLField
from wagtail.blocks import (
    ChooserBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    URLBlock,
)
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtailmedia.models import get_media_model


@dataclass(frozen=True)
class Link:
    """What a page points to: an address, or an object by its model and key."""

    words: str = ""
    address: str = ""
    model: type[Model] | None = None
    key: int = 0
    # A reader follows it, so that it must be open to everybody. A block that only uses a
    # page (the bank of a quiz) needs it to be there.
    is_followed: bool = True
    anchor: str = ""

    @property
    def target(self) -> str:
        """One name for the same thing: the address, «page:12», «document:3»."""
        if self.model is None:
            return self.address
        return f"{kind_of(self.model)}:{self.key}"


def file_models() -> dict[str, type[Model]]:
    """The models of files, each by its short name."""
    return {
        "document": get_document_model(),
        "image": get_image_model(),
        "media": get_media_model(),
    }


def kind_of(model: type[Model]) -> str:
    """The short name of what can be linked."""
    if issubclass(model, Page):
        return "page"
    return next(name for name, known in file_models().items() if known is model)


def links_of(page: Any) -> Iterator[Link]:
    """The links of the page as it stands in its row."""
    for field in page._meta.get_fields():
        if not isinstance(field, Field) or field.name in (
            "page_ptr",
            "latest_revision",
        ):
            continue
        yield from _of_field(page, field)


def _of_field(page: Any, field: Field[Any, Any]) -> Iterator[Link]:
    if isinstance(field, StreamField):
        yield from _of_stream(field.stream_block, getattr(page, field.name))
        return
    value = getattr(page, field.attname)
    name = str(field.verbose_name)
    if not value:
        return
    if isinstance(field, RichTextField):
        yield from _of_text(value)
    elif isinstance(field, URLField):
        yield Link(words=name, address=value)
    elif isinstance(field, ForeignKey) and _is_file(field.related_model):
        yield Link(words=name, model=field.related_model, key=value)


def _of_stream(block: StreamBlock, value: Any) -> Iterator[Link]:
    """The links of the blocks, each with its block's place in the editor."""
    for child in value.get_prep_value():
        anchor = f"#block-{child['id']}-section" if child.get("id") else ""
        child_block = block.child_blocks.get(child["type"])
        for link in _of_block(child_block, child["value"]):
            yield replace(link, anchor=anchor)


def _is_file(model: Any) -> bool:
    return model in set(file_models().values())


def _of_block(block: Any, raw: Any) -> Iterator[Link]:
    """The links in the stored form of a block's value."""
    if not raw or block is None:
        return
    if isinstance(block, StreamBlock):
        for child in raw:
            yield from _of_block(block.child_blocks.get(child["type"]), child["value"])
    elif isinstance(block, ListBlock):
        for child in raw:
            is_new = isinstance(child, dict) and "value" in child and "type" in child
            yield from _of_block(block.child_block, child["value"] if is_new else child)
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, raw.get(name))
    else:
        yield from _of_leaf(block, raw)


def _of_leaf(block: Any, raw: Any) -> Iterator[Link]:
    if isinstance(block, RichTextBlock):
        yield from _of_text(raw)
    elif isinstance(block, URLBlock):
        yield Link(words=str(block.label), address=raw)
    elif isinstance(block, ChooserBlock):
        model = block.model_class
        known = issubclass(model, Page) or _is_file(model)
        if known and isinstance(raw, int):
            yield Link(words=str(block.label), model=model, key=raw, is_followed=False)


def _of_text(raw: str) -> Iterator[Link]:
    if "<a" not in raw and "<embed" not in raw:
        return
    models: dict[str, type[Model]] = {"page": Page, **file_models()}
    for tag in BeautifulSoup(raw, "html.parser").find_all(["a", "embed"]):
        words = " ".join(tag.get_text().split()) or str(tag.get("alt") or "")
        model = models.get(str(tag.get("linktype") or tag.get("embedtype") or ""))
        key = str(tag.get("id") or "")
        if model is not None and key.isdecimal():
            yield Link(words=words, model=model, key=int(key))
        elif address := str(tag.get("href") or tag.get("url") or "").strip():
            yield Link(words=words, address=address)
