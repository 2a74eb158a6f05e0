"""Without Redis everything goes on; it is asked again a little later."""

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from core import cache as steady


@pytest.fixture
def cache(monkeypatch):
    """A cache whose Redis answers nothing: nobody listens there."""
    options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    made = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": options})
    monkeypatch.setattr(steady.SteadyRedisCache, "_away_until", {})
    made.clear()
    return made


def test_it_counts_and_keeps_for_itself(cache):
    assert cache.get("a", 7) == 7
    assert cache.add("a", 1) is True
    assert cache.add("a", 2) is False
    assert cache.incr("a") == 2
    cache.set_many({"b": 1, "c": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 2, "b": 1, "c": 2}
    assert cache.get_or_set("d", lambda: 5) == 5
    assert "d" in cache
    cache.delete("a")
    assert not cache.has_key("a")
    cache.touch("b", 100)
    cache.delete_many(["b", "c"])
    assert cache.get("b") is None


def test_a_server_that_is_away_is_asked_once_in_a_while(cache, monkeypatch, caplog):
    asked = []

    def away(*_args, **_named):
        asked.append(1)
        raise RedisTimeoutError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", away)
    monkeypatch.setattr(steady.SteadyRedisCache, "_away_until", {})
    for _again in range(20):
        cache.get("a")
    assert len(asked) == 1
    assert caplog.text.count("the cache does not answer") == 1
    steady.SteadyRedisCache._away_until.clear()
    cache.get("a")
    assert len(asked) == 2
