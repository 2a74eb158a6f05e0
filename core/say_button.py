"""«听这一步»: the button that reads aloud, as the values of a piece (`core.pieces`)."""

from typing import Any, NamedTuple

from core.pieces import Html, html_of, piece, plain


@piece("components/say_button.html")
class SayButton(NamedTuple):
    """What is read, how the button is called, and whom to ring without one."""

    target: str
    label: Html
    note: Html
    player: str
    help_phone: str


def button_of(
    settings: Any, target: str, label: Any, note: Any = "", player: str = ""
) -> SayButton:
    """The button by what a template says of it.

    Args:
        settings: of the site, whose telephone stands there where nothing can be read;
            None before there are any.
        target: id of the element that is read.
        label: words on the button.
        note: smaller words beside them.
        player: id of an `<audio>` on the page that holds the teacher's own recording.
    """
    return SayButton(
        target=plain(target or ""),
        label=html_of(label),
        note=html_of(note or ""),
        player=plain(player or ""),
        help_phone=plain(getattr(settings, "help_phone", "") or ""),
    )
