"""The line on the desk of the centre: how many things want doing."""

from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import ngettext

from health.permissions import sees_whole_site
from health.reading import read_health
from learning.due import Due

CACHE_KEY = "health.number"
# The desk is opened all day and the contents age by days; the page itself is exact.
KEPT_S = 600


def due_health(user: Any) -> list[Due]:
    """So many things, for who sees the whole site; the same number for all of them."""
    if not sees_whole_site(user):
        return []
    number = cache.get(CACHE_KEY)
    if number is None:
        number = read_health(user).number
        cache.set(CACHE_KEY, number, KEPT_S)
    if not number:
        return []
    words = ngettext(
        "网站体检有 %(number)s 件要处理", "网站体检有 %(number)s 件要处理", number
    )
    href = f"{reverse('desk:health')}?show=due"
    return [Due(words % {"number": number}, href, "heartbeat")]
