"""Numbers for the ids of drawings, so that no two of one answer share one."""

from collections.abc import Callable
from functools import partial
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


def numbers_in(context: Context) -> Callable[[], int | str]:
    """What gives a number to each drawing here. A piece (`core.pieces`) has its own."""
    numbers: Any = context.get("drawing_numbers")
    if numbers is None:
        return partial(next_number, context.get("request"))
    return partial(next, numbers)


def number_in(context: Context) -> int | str:
    """The number for a drawing here."""
    return numbers_in(context)()
