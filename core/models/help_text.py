"""Help beside a field of the editor, in the words of the centre."""

from typing import Any

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

CACHE_KEY = "near:core.help_texts"
KEPT_S = 60


class HelpText(models.Model):
    """What stands beside a field in place of the product's own words.

    `key` names the field: see `core.help_texts`.
    """

    key = models.CharField(_("哪一栏"), max_length=80, unique=True)
    text = models.CharField(_("说明"), max_length=200)

    class Meta:
        verbose_name = _("编辑器里的说明")
        verbose_name_plural = _("编辑器里的说明")
        ordering = ["key"]

    def __str__(self) -> str:
        from core.help_texts import label_of

        return label_of(self.key)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        cache.delete(CACHE_KEY)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        done = super().delete(*args, **kwargs)
        cache.delete(CACHE_KEY)
        return done

    @classmethod
    def current(cls) -> dict[str, str]:
        """All texts of the centre by key; another process sees a change in a minute."""
        found: dict[str, str] | None = cache.get(CACHE_KEY)
        if found is None:
            found = dict(cls.objects.values_list("key", "text"))
            cache.set(CACHE_KEY, found, KEPT_S)
        return found
