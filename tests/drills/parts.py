"""R-06: each part down, and each part hung (it accepts and never answers).

What a resident sees then is `security-reliability.md` §6.4: pages go on without cache,
queue, search and films; without the database the proxy's page says so, with 503 and when
to come back; and all is as before once the part is back, without anybody's hand.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator

from tests.production.estate import Estate
from tests.production.servers import until

# No page is slower than a second more, once a part is known to be away.
SLOWER_S = 1.0
BACK_S = 60.0


class Look:
    """What is asked while a part is away, and what it answered before."""

    def __init__(self, street: Estate) -> None:
        self.street = street
        session = f"__Host-session={street.facts['cookies']['learner'][2]}"
        self.signed_in = {"Cookie": session}
        # Addresses with a query are kept by nobody.
        self.pages = [
            ("/courses/?school=", {}),
            (street.facts["paths"]["own_lesson"][2], self.signed_in),
            ("/learn/", self.signed_in),
        ]
        self.usual = max(self._times())

    def _times(self) -> list[float]:
        return [self.time(path, headers) for path, headers in self.pages]

    def time(self, path: str, headers: dict[str, str], status: int = 200) -> float:
        """How long the page takes, which answers so.

        Raises:
            AssertionError: it answers otherwise.
        """
        began = time.monotonic()
        answer = self.street.ask(path, **headers)
        assert answer.status == status, (path, answer.status, answer.text[:300])
        return time.monotonic() - began

    def goes_on(self) -> float:
        """All pages, none slower than a second more; the slowest.

        The first may wait for the part that hangs; that is what its timeout is for.
        """
        first = max(self._times())
        assert first < self.usual + 2 * SLOWER_S, first
        worst = max(max(self._times()) for _again in range(3))
        assert worst < self.usual + SLOWER_S, worst
        self.mark()
        return worst

    def mark(self) -> None:
        """Somebody completes a lesson, and is told so."""
        session, lesson = self.street.facts["marks"].pop()
        key = os.urandom(16).hex()
        body = {"key": key, "opened": "", "events": [{"type": "done"}]}
        answer = self.street.write(f"/learn/lessons/{lesson}/progress", session, body)
        assert answer.status == 200, answer.text


def without_cache(street: Estate, *, hung: bool) -> float:
    """Redis killed, or stopped in the midst; the slowest page."""
    look = Look(street)
    street.redis.hang() if hung else street.redis.kill()
    try:
        worst = look.goes_on()
    finally:
        street.redis.go_on() if hung else street.redis.start()
    until(
        lambda: look.time("/courses/?a=1", {}) < look.usual + SLOWER_S, BACK_S, "redis"
    )
    return worst


def without_queue(street: Estate) -> float:
    """The task worker killed; the slowest page."""
    look = Look(street)
    street.tasks.kill()
    try:
        return look.goes_on()
    finally:
        street.tasks.start()


def without_films(street: Estate) -> float:
    """The folder of uploads gone, as a volume that was not mounted; the slowest page."""
    look = Look(street)
    media = street.folder / "media"
    media.mkdir(exist_ok=True)
    away = media.rename(media.with_name("media-away"))
    try:
        return look.goes_on()
    finally:
        if media.exists():  # something was written meanwhile
            media.rename(media.with_name("media-meanwhile"))
        away.rename(media)


def without_database(street: Estate, *, hung: bool) -> float:
    """PostgreSQL killed, or stopped; 503 and when to come back; how long it was away."""
    look = Look(street)
    if hung:
        street.database.hang()
    else:
        street.database.kill()
    try:
        if not hung:
            for path, headers in look.pages:
                answer = street.ask(path, **headers)
                assert answer.status == 503, (path, answer.status)
                assert int(answer.headers["Retry-After"]) > 0
                assert "电话" in answer.text
                assert len(answer.body) < 20_000
        assert street.ask("/livez").status == 200
        assert street.ask("/static/css/base.css").status == 200
    finally:
        if hung:
            street.database.go_on()
        else:
            street.database.start()

    def is_back() -> bool:
        return street.ask("/learn/", **look.signed_in).status == 200

    took = until(is_back, BACK_S, "the database")
    look.mark()
    return took


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """The port of a server that accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]


def without_search(street: Estate) -> float:
    """A search cluster that hangs: the page says so in two seconds, courses stay."""
    with deaf() as port:
        street.web.env["SEARCH_URL"] = f"http://127.0.0.1:{port}"
        street.web.stop()
        street.web.start()
        try:
            look = Look(street)
            began = time.monotonic()
            answer = street.ask("/search/?q=%E6%8F%89%E9%9D%A2")
            took = time.monotonic() - began
            assert answer.status in (200, 503)
            assert "搜索在休息" in answer.text
            assert took < 5, took
            look.goes_on()
            return took
        finally:
            del street.web.env["SEARCH_URL"]
            street.web.stop()
            street.web.start()


DRILLS: dict[str, Callable[[Estate], float]] = {
    "cache killed": lambda street: without_cache(street, hung=False),
    "cache hung": lambda street: without_cache(street, hung=True),
    "task worker killed": without_queue,
    "uploads gone": without_films,
    "search hung": without_search,
    "database killed": lambda street: without_database(street, hung=False),
    "database hung": lambda street: without_database(street, hung=True),
}
