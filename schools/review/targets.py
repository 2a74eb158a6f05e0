"""The places of a page to which a remark can be tied."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

EXCERPT = 400


@dataclass(frozen=True)
class Target:
    """A field or a block: Wagtail's content path, its name and what it says."""

    path: str
    label: str
    text: str
    anchor: str


def targets_of(page: Any) -> list[Target]:
    """The fields that readers see and the blocks of the body, in their order."""
    found = [
        Target(name, str(page._meta.get_field(name).verbose_name), text, f"id_{name}")
        for name in getattr(page, "review_fields", ("title",))
        if (text := _words(page, name))
    ]
    for number, child in enumerate(getattr(page, "body", ()), start=1):
        words = " ".join(child.block.get_searchable_content(child.value))
        label = _("第 %(number)s 块：%(kind)s") % {
            "number": number,
            "kind": child.block.label,
        }
        text = Truncator(" ".join(words.split())).chars(EXCERPT)
        found.append(
            Target(f"body.{child.id}", label, text, f"block-{child.id}-section")
        )
    return found


def _words(page: Any, name: str) -> str:
    """What a field says to readers: the word for a choice, not its key."""
    shown = getattr(page, f"get_{name}_display", None)
    return str(shown() if shown else getattr(page, name) or "")


def editor_link(page: Any, anchor: str = "") -> str:
    """The address of the editor, at that field or block."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return f"{address}#{anchor}" if anchor else address
