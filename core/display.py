"""How a reader wants to see the site: size, colours, language; kept in cookies.

The server renders the choice, so nothing flashes and nothing needs JavaScript.
长辈版 is the size axis 大字/特大 (ux-spec).
"""

from dataclasses import dataclass

from django.http import HttpRequest

DISPLAY_COOKIE = "display"
LANGUAGE_COOKIE = "language"
ONE_YEAR_S = 365 * 24 * 3600
SIZES = ("standard", "large", "xlarge")
THEMES = ("system", "light", "dark", "contrast")


@dataclass(frozen=True)
class Display:
    """The reader's choice; every unknown value falls back to the default."""

    size: str = "standard"
    theme: str = "system"
    # Whether the reader has chosen; until then the home page offers 长辈版 (ELD-11).
    is_chosen: bool = False

    @property
    def is_elder(self) -> bool:
        """Whether this is 长辈版: bigger, step by step, captions on."""
        return self.size != "standard"

    def as_cookie(self) -> str:
        return f"{self.size}.{self.theme}"


def read_display(request: HttpRequest) -> Display:
    """The choice that the cookie holds; a forged or old value is ignored."""
    size, _dot, theme = request.COOKIES.get(DISPLAY_COOKIE, "").partition(".")
    return Display(
        size=size if size in SIZES else "standard",
        theme=theme if theme in THEMES else "system",
        is_chosen=DISPLAY_COOKIE in request.COOKIES,
    )
