"""Addresses of pages whose titles are Chinese.

Addresses stay in plain letters, so that they survive chat apps and printing; a title
gives none then, and nobody should have to think one up for each lesson.
"""

from typing import Any

from django.utils.text import slugify
from wagtail.models import Page

from core.pinyin import read_as

MAX_LENGTH = 60


def spare_slug(page: Any, parent: Any) -> str:
    """A free address below `parent`: the title as it is spoken, else its kind.

    «和家人视频通话» → `he-jia-ren-shi-pin-tong-hua`, at most 60 characters.
    """
    kind = page._meta.model_name.removesuffix("page")
    spoken = "-".join(read_as(page.title or ""))
    base = slugify(spoken)[:MAX_LENGTH].strip("-") or kind
    slug, number = base, 1
    while not Page._slug_is_available(slug, parent, page):
        number += 1
        slug = f"{base}-{number}"
    return slug


class SpareSlugMixin:
    """A page type that finds its own address where nobody gave one."""

    slug: str

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self._find_address()
        super().full_clean(*args, **kwargs)  # type: ignore[misc]

    def minimal_clean(self) -> None:
        """What Wagtail asks of a draft."""
        self._find_address()
        super().minimal_clean()  # type: ignore[misc]

    def _find_address(self) -> None:
        # In a form the parent is not known here: see TenantPageForm.clean.
        if not self.slug and self.path:  # type: ignore[attr-defined]
            self.slug = spare_slug(self, self.get_parent())  # type: ignore[attr-defined]
