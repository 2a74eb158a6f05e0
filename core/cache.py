"""Redis as the cache, and what takes its place while Redis does not answer.

A cache is no part of a page: without it everything goes on, a little slower. While Redis
is away each process counts for itself, so that the limits of sign-in still hold, if more
loosely; what a page keeps is made anew. Redis is asked again after `AWAY_S`.
"""

import logging
import time
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
# Asking a server that hangs costs a second (`socket_timeout`): not with every request.
AWAY_S = 5.0


def _steady(name: str) -> Any:
    def method(self: "SteadyRedisCache", *args: Any, **named: Any) -> Any:
        return self._ask(name, args, named)

    method.__name__ = name
    return method


class SteadyRedisCache(RedisCache):
    """Django's own Redis cache; what it cannot do now, memory of this process does."""

    # One for each server, whatever thread asks: a cache object belongs to its thread.
    _away_until: ClassVar[dict[str, float]] = {}

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # Of a package that only a deployment with Redis has.
        self._trouble = import_string("redis.exceptions.RedisError")
        self._name = str(server)
        plain = {key: value for key, value in params.items() if key != "OPTIONS"}
        self._spare = LocMemCache(f"spare {server} {self.key_prefix}", plain)

    def _ask(self, name: str, args: Any, named: Any) -> Any:
        if time.monotonic() >= self._away_until.get(self._name, 0.0):
            try:
                return getattr(super(), name)(*args, **named)
            except self._trouble:
                # Once for each time that it is found away, not for each request.
                logger.warning("the cache does not answer", exc_info=True)
                self._away_until[self._name] = time.monotonic() + AWAY_S
        return getattr(self._spare, name)(*args, **named)

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    clear = _steady("clear")
