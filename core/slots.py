"""Slots: how a page shows facts of an app above it.

An app registers a renderer under a name («course.action») when it starts; the page's
template says `{% slot "course.action" page %}`. The template's app never learns who
fills the slot, and an empty slot draws nothing.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Renderer = Callable[[HttpRequest, Any], str]
Provider = Callable[[HttpRequest, Any], dict[str, Any]]

_renderers: dict[str, list[tuple[int, Renderer]]] = {}
_providers: dict[str, list[Provider]] = {}


def register_slot(name: str, renderer: Renderer, *, order: int = 100) -> None:
    """Let `renderer(request, page)` draw in the slot; lower `order` comes first."""
    entries = _renderers.setdefault(name, [])
    if renderer not in [known for _order, known in entries]:
        entries.append((order, renderer))
        entries.sort(key=lambda entry: entry[0])


def render_slot(name: str, request: HttpRequest, page: Any) -> str:
    """All that the apps above draw in the slot, in their order."""
    return "".join(draw(request, page) for _order, draw in _renderers.get(name, []))


def register_context(name: str, provider: Provider) -> None:
    """Let `provider(request, page)` add names to the context of a page's template."""
    entries = _providers.setdefault(name, [])
    if provider not in entries:
        entries.append(provider)


def slot_context(name: str, asker: Any, page: Any) -> dict[str, Any]:
    """What the apps above add to the context of that page, merged.

    `asker` is the request, or what that slot takes in its place.
    """
    merged: dict[str, Any] = {}
    for provide in _providers.get(name, []):
        merged |= provide(asker, page)
    return merged
