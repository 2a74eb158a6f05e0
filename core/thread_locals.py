"""What a thread knows while it answers: its language, its time zone, where addresses begin.

Django keeps these in a way that lets coroutines of one thread differ, each look through a
context of its own; a page asks for its language alone a hundred times, which was a
twentieth of its time. This site is served by threads (decision 0022), each of which
answers one request after the other and shares nothing of this with another: a plain
`threading.local` says the same.
"""

import threading
from typing import Any

from django.urls import base as addresses
from django.utils import timezone
from django.utils.translation import trans_real as words

PLACES: tuple[tuple[Any, str], ...] = (
    (words, "_active"),
    (timezone, "_active"),
    (addresses, "_prefixes"),
    (addresses, "_urlconfs"),
)


def keep_by_thread() -> None:
    """Have Django keep them by the thread; what this one has chosen stays chosen."""
    for module, name in PLACES:
        before = getattr(module, name)
        if isinstance(before, threading.local):
            continue
        kept = threading.local()
        if hasattr(before, "value"):
            kept.value = before.value
        setattr(module, name, kept)
