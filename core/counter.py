"""Fields that say how long a text fits: drawn by `static/js/counter.js`."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def counted(most: int) -> dict[str, Any]:
    """The attributes of a widget whose length is counted; nothing is refused by it."""
    return {
        "data-counter": str(most),
        "data-counter-words": _("写了 {n} 个字，最多 {most} 个。"),
        "data-counter-over": _("写了 {n} 个字，超过 {most} 个了，请改短些。"),
    }
