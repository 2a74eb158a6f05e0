"""The icons and seals of the site: which there are, and the sprite made of them.

An icon is a file of `static/icons/phosphor/`; its name is the name of that file
(«arrow-right-bold»). All of them travel in one sprite, so that a page asks for them
once and a phone keeps them. Seals are few on a page and are written into it.

`python -m core.icons` writes the sprite anew.
"""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS_DIR = Path(__file__).resolve().parent.parent / "static" / "icons"
SPRITE = "icons/sprite.svg"
WEIGHTS = ("bold", "duotone", "fill")

_VIEW_BOX = re.compile(r'viewBox="([0-9. -]+)"')
_OUTER = re.compile(r"^\s*<svg[^>]*>(.*)</svg>\s*$", re.DOTALL)
_PATH = re.compile(r'<path d="([^"]+)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


class UnknownIconError(ValueError):
    """An icon was asked for that is not among the chosen ones."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No file static/icons/phosphor/{name}.svg")


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The names of all chosen icons."""
    return frozenset(path.stem for path in (ICONS_DIR / "phosphor").glob("*.svg"))


def icon_name(name: str, weight: str = "") -> str:
    """The full name of an icon in a weight; a name that already has one keeps it.

    Raises:
        UnknownIconError: if there is no such icon.
    """
    has_weight = name.rsplit("-", 1)[-1] in WEIGHTS
    full = f"{name}-{weight}" if weight and not has_weight else name
    if full not in icon_names():
        raise UnknownIconError(full)
    return full


def icon_href(name: str) -> str:
    """The address of an icon inside the sprite."""
    return f"{static(SPRITE)}#{name}"


def icon_svg(name: str, weight: str = "", classname: str = "") -> SafeString:
    """An icon as decoration: hidden from screen readers, words stand beside it.

    A page has up to a hundred, and there are few different ones: each is written once.

    Raises:
        UnknownIconError: if there is no such icon.
    """
    # Where static files lie under other names (tests change it), icons are others too.
    served = (settings.STATIC_URL, settings.STORAGES["staticfiles"]["BACKEND"])
    return _drawn(name, weight, classname, *served)


@lru_cache(maxsize=2048)
def _drawn(name: str, weight: str, classname: str, *_served: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 256 256" aria-hidden="true" focusable="false">'
        '<use href="{}"/></svg>',
        f"ic {classname}".strip(),
        icon_href(icon_name(name, weight)),
    )


@lru_cache(maxsize=256)
def seal_path(character: str) -> str:
    """The outline of a seal's character in a box of 84; empty if it was not drawn."""
    if len(character) != 1:
        return ""
    path = ICONS_DIR / "seals" / f"u{ord(character):04x}.svg"
    if not path.is_file():
        return ""
    found = _PATH.search(path.read_text(encoding="utf-8"))
    return found.group(1) if found else ""


@lru_cache(maxsize=1)
def wordmark() -> tuple[str, str]:
    """The name that the outlined wordmark shows, and its view box."""
    text = (ICONS_DIR / "wordmark.svg").read_text(encoding="utf-8")
    name, box = _TITLE.search(text), _VIEW_BOX.search(text)
    return (name.group(1) if name else "", box.group(1) if box else "")


def build_sprite() -> str:
    """The sprite: a symbol for each icon, in the order of names, and the wordmark.

    Raises:
        ValueError: if a file is not a plain SVG with a view box.
    """
    files = sorted((ICONS_DIR / "phosphor").glob("*.svg"))
    symbols = [_symbol(path) for path in [*files, ICONS_DIR / "wordmark.svg"]]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


def _symbol(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    box, inner = _VIEW_BOX.search(text), _OUTER.match(text)
    if box is None or inner is None:
        raise ValueError(f"Not a plain SVG with a view box: {path.name}")
    drawing = _TITLE.sub("", inner.group(1)).strip()
    return f'<symbol id="{path.stem}" viewBox="{box.group(1)}">{drawing}</symbol>'


def write_sprite() -> Path:
    """Write `static/icons/sprite.svg` and say where it lies."""
    path = ICONS_DIR / "sprite.svg"
    path.write_text(build_sprite(), encoding="utf-8")
    return path


if __name__ == "__main__":
    write_sprite()
