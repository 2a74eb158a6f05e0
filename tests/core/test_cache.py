"""Without Redis everything goes on; it is asked again a little later."""

import threading
from types import SimpleNamespace

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from core import cache as steady
from tests.production.servers import until


@pytest.fixture
def cache(monkeypatch):
    """A cache whose Redis answers nothing: nobody listens there."""
    options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    made = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": options})
    monkeypatch.setattr(steady.SteadyRedisCache, "_away", set())
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


@pytest.fixture
def server(monkeypatch):
    """A Redis that can be away, and who asked it meanwhile."""
    server = SimpleNamespace(is_away=True, asked=[], trouble=RedisTimeoutError)

    def answer(*_args, **_named):
        server.asked.append(threading.current_thread().name)
        if server.is_away:
            raise server.trouble
        return "from the server"

    for name in ("get", "has_key"):
        monkeypatch.setattr(
            f"django.core.cache.backends.redis.RedisCache.{name}", answer
        )
    monkeypatch.setattr(steady.SteadyRedisCache, "_away", set())
    monkeypatch.setattr(steady, "AWAY_S", 0.01)
    yield server
    server.is_away = False
    until(lambda: not steady.SteadyRedisCache._away, 10, "the server")


def test_no_request_waits_twice_for_a_server_that_is_away(server, caplog):
    cache = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {})
    for _again in range(20):
        cache.get("a")
    until(lambda: server.asked.count("cache") > 2, 10, "who looks for it")
    cache.get("a")
    assert server.asked.count(threading.current_thread().name) == 1
    assert caplog.text.count("the cache does not answer") == 1


def test_whatever_ails_it_somebody_goes_on_looking(server):
    cache = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {})
    cache.get("a")
    server.trouble = ValueError
    looked = server.asked.count("cache")
    until(lambda: server.asked.count("cache") > looked + 2, 10, "who looks for it")
    server.is_away = False
    until(lambda: cache.get("a") == "from the server", 10, "the server")
    assert cache.get("a") == "from the server"


def test_where_nobody_can_look_the_next_request_asks(server, monkeypatch):
    def refuse(_self):
        raise RuntimeError("can't start new thread")

    cache = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert cache.get("a") is None
    server.is_away = False
    assert cache.get("a") == "from the server"


def test_it_is_asked_again_once_it_is_back(server):
    cache = steady.SteadyRedisCache("redis://127.0.0.1:1/0", {})
    assert cache.get("a") is None
    server.is_away = False
    until(lambda: cache.get("a") == "from the server", 10, "the server")


@pytest.fixture
def redis(monkeypatch):
    """Two caches of one process beside a Redis of which each question is noted."""
    kept, asked = {}, []
    plain = "django.core.cache.backends.redis.RedisCache"

    def get(_self, key, default=None, version=None):
        asked.append(key)
        return kept.get(key, default)

    def put(_self, key, value, timeout=None, version=None):
        kept[key] = value

    monkeypatch.setattr(f"{plain}.get", get)
    monkeypatch.setattr(f"{plain}.set", put)
    monkeypatch.setattr(
        f"{plain}.delete", lambda _self, key, version=None: kept.pop(key)
    )
    monkeypatch.setattr(steady.SteadyRedisCache, "_away", set())
    monkeypatch.setattr(steady.SteadyRedisCache, "_near", {})
    made = [steady.SteadyRedisCache("redis://127.0.0.1:1/0", {}) for _each in "ab"]
    return made, kept, asked


def test_what_every_page_asks_is_asked_once_in_a_moment(redis, monkeypatch):
    (first, second), kept, asked = redis
    kept["near:settings"] = {"name": "桂花园"}
    for cache in (first, second, first):
        assert cache.get("near:settings") == {"name": "桂花园"}
    assert asked == ["near:settings"]
    later = steady.time.monotonic() + steady.NEAR_S + 1
    monkeypatch.setattr(steady.time, "monotonic", lambda: later)
    kept["near:settings"] = {"name": "新港"}
    assert first.get("near:settings") == {"name": "新港"}


def test_who_changes_it_sees_that_at_once(redis):
    (first, second), _kept, _asked = redis
    first.set("near:settings", 1)
    assert second.get("near:settings") == 1
    first.set("near:settings", 2)
    assert second.get("near:settings") == 2
    second.delete("near:settings")
    assert first.get("near:settings") is None


def test_what_was_taken_from_near_can_be_changed_by_nobody_else(redis):
    (first, _second), _kept, _asked = redis
    first.set("near:list", [1])
    first.get("near:list").append(2)
    assert first.get("near:list") == [1]


def test_a_count_is_never_kept_near(redis):
    (first, _second), kept, _asked = redis
    kept["failed:7"] = 1
    assert first.get("failed:7") == 1
    kept["failed:7"] = 2
    assert first.get("failed:7") == 2
