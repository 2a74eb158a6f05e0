"""Numbers for the ids of drawings, so that no two of one answer share one."""

from typing import Any

from django.http import HttpRequest
from django.template import Context


def next_number(request: HttpRequest | None) -> int:
    """0, 1, 2 … in the answer to one request; always 0 without one."""
    if request is None:
        return 0
    number: int = getattr(request, "drawing_number", 0)
    request.drawing_number = number + 1  # type: ignore[attr-defined]
    return number


def number_in(context: Context) -> int | str:
    """The number for a drawing here. A piece (`core.pieces`) has numbers of its own."""
    numbers: Any = context.get("drawing_numbers")
    return next_number(context.get("request")) if numbers is None else next(numbers)
