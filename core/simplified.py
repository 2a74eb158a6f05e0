"""Traditional characters made simplified: one table for all who compare Chinese text."""

from collections.abc import Callable
from functools import cache


@cache
def simplifier() -> Callable[[str], str]:
    """The function that makes traditional characters simplified.

    Where the table has no package yet (a very new Python), text stays as it is: then
    traditional forms are taken for other characters, and everything else works.
    """
    try:
        from opencc import OpenCC
    except ImportError:
        return str
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
