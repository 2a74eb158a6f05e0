"""Redis as the cache, and what takes its place while Redis does not answer.

A cache is no part of a page: without it everything goes on, a little slower. While Redis
is away each process counts for itself, so that the limits of sign-in still hold, if more
loosely; what a page keeps is made anew. Whether Redis is back is asked by a thread beside
the requests, every `AWAY_S`: with a server that hangs, asking costs its whole timeout, and
nobody's page shall pay for it more than once.

What every page asks for and hardly anybody changes is kept near, in the process, for
`NEAR_S`: a page asked Redis nine times for the same three things, which took a third of
its time. Such a key begins with `NEAR`. Who changes it sees that at once, the other
processes a moment later.
"""

import logging
import os
import pickle
import threading
import time
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
AWAY_S = 5.0
NEAR = "near:"
# Wagtail's own: where sites begin, which every link asks.
NEAR_KEYS = ("wagtail_site_root_paths",)
NEAR_S = 2.0
# So much is small; with more of it the process begins anew.
MOST_NEAR = 2000


def is_near(key: Any) -> bool:
    """Whether the process may keep what stands under the key for a moment."""
    return str(key).startswith((NEAR, *NEAR_KEYS))


def _steady(name: str) -> Any:
    def method(self: "SteadyRedisCache", *args: Any, **named: Any) -> Any:
        return self._ask(name, args, named)

    method.__name__ = name
    return method


class SteadyRedisCache(RedisCache):
    """Django's own Redis cache; what it cannot do now, memory of this process does."""

    # The servers found away, whatever thread asks: a cache object belongs to its thread.
    _away: ClassVar[set[str]] = set()
    _telling: ClassVar[threading.Lock] = threading.Lock()
    # By server and key: until when, and the value as Redis would keep it, so that nobody
    # changes what another is shown.
    _near: ClassVar[dict[tuple[str, str], tuple[float, bytes]]] = {}

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # Of a package that only a deployment with Redis has.
        self._trouble = import_string("redis.exceptions.RedisError")
        self._name = str(server)
        plain = {key: value for key, value in params.items() if key != "OPTIONS"}
        self._spare = LocMemCache(f"spare {server} {self.key_prefix}", plain)

    def _ask(self, name: str, args: Any, named: Any) -> Any:
        if self._name not in self._away:
            try:
                return getattr(super(), name)(*args, **named)
            except self._trouble:
                self._is_away()
        return getattr(self._spare, name)(*args, **named)

    def _is_away(self) -> None:
        """Say so once, however many requests find it; and have somebody look for it."""
        with self._telling:
            if self._name in self._away:
                return
            self._away.add(self._name)
        logger.warning("the cache does not answer", exc_info=True)
        looking = threading.Thread(target=self._look_for_it, name="cache", daemon=True)
        try:
            looking.start()
        except RuntimeError:
            # No thread is to be had now: the next request asks, and tries again.
            self._away.discard(self._name)

    def _look_for_it(self) -> None:
        while True:
            time.sleep(AWAY_S)
            try:
                super().has_key("is it back")
            except Exception:  # noqa: BLE001, S112 - whatever it is, it is not back
                continue
            self._away.discard(self._name)
            logger.info("the cache answers again")
            return

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """As ever; what is near is not asked again within `NEAR_S`."""
        if not is_near(key):
            return self._ask("get", (key, default), {"version": version})
        place = self._place(key, version)
        until, kept = self._near.get(place, (0.0, b""))
        if time.monotonic() < until:
            return pickle.loads(kept)  # noqa: S301 - of this process
        value = self._ask("get", (key, default), {"version": version})
        if value is not default:
            if len(self._near) >= MOST_NEAR:
                self._near.clear()
            self._near[place] = (time.monotonic() + NEAR_S, pickle.dumps(value))
        return value

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> Any:
        """As ever, and at once in this process."""
        self._near.pop(self._place(key, version), None)
        return self._ask("set", (key, value, timeout), {"version": version})

    def delete(self, key: Any, version: int | None = None) -> Any:
        """As ever, and at once in this process."""
        self._near.pop(self._place(key, version), None)
        return self._ask("delete", (key,), {"version": version})

    def clear(self) -> Any:
        """Everything, here and there."""
        self._near.clear()
        return self._ask("clear", (), {})

    def _place(self, key: Any, version: int | None) -> tuple[str, str]:
        return self._name, self.make_key(key, version)

    add = _steady("add")
    touch = _steady("touch")
    get_many = _steady("get_many")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    has_key = _steady("has_key")
    incr = _steady("incr")


# A process that was forked has no such thread: it finds out for itself.
os.register_at_fork(after_in_child=SteadyRedisCache._away.clear)
