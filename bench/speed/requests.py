"""The requests of each measure, made of what the seeding wrote down (`street.Facts`)."""

import json
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from bench.speed.load import Request

CSRF = "c" * 32
# As nginx passes a request on.
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
SEARCHES = (
    "做面",
    "怎么用手机",
    "太极拳",
    "剪纸入门",
    "防骗 电话",
    "种花",
    "急救",
    "书法",
)
Facts = dict[str, Any]


def page(path: str, session: str = "") -> Request:
    """A page as a visitor or as whoever holds the session asks for it."""
    headers = dict(FORWARDED)
    if session:
        headers["Cookie"] = f"__Host-session={session}"
    return Request(path, headers=headers)


def written(
    path: str, session: str, body: str, kind: str, *, place: int = 0
) -> Request:
    """A POST with what protects it, as a browser on the page sends it.

    `place`: which of the street's addresses it comes from; sign-ins are limited by those.
    """
    cookies = [f"__Host-csrf={CSRF}"]
    if session:
        cookies.append(f"__Host-session={session}")
    return Request(
        path,
        "POST",
        {
            **FORWARDED,
            "X-Forwarded-For": f"192.0.2.{7 + place}",
            "Cookie": "; ".join(cookies),
            "X-CSRFToken": CSRF,
            "Origin": "https://127.0.0.1",
            "Accept": "application/json" if "json" in kind else "text/html",
            "Content-Type": kind,
        },
        body,
    )


def anonymous(facts: Facts) -> dict[str, list[Request]]:
    """Home, catalogue, courses."""
    return {
        "home": [page("/")],
        "catalogue": [page("/courses/")],
        "course": [page(path) for path in facts["paths"]["course"][:8]],
    }


def signed_in(facts: Facts, name: str) -> list[Request]:
    """Each reader's own course or lesson."""
    pairs = zip(facts["cookies"]["learner"], facts["paths"][name], strict=True)
    return [page(path, session) for session, path in pairs]


def learn(facts: Facts, who: str) -> list[Request]:
    return [page("/learn/", session) for session in facts["cookies"][who]]


def report(session: str, lesson: int, events: list[Any], token: str = "") -> Request:
    """What the page's queue sends: each time with a key of its own."""
    body = {"key": uuid4().hex, "opened": token, "events": events}
    path = f"/learn/lessons/{lesson}/progress"
    return written(path, session, json.dumps(body), "application/json")


def marks(facts: Facts, which: str) -> list[Request]:
    """Lessons completed, each of them once: `marks`, `midst` or `lasts` of the facts."""
    return [
        report(session, lesson, [{"type": "done"}]) for session, lesson in facts[which]
    ]


def marks_under_way(facts: Facts) -> list[Request]:
    """The lesson that each reader would complete next, in the midst of a course."""
    return [
        report(session, lesson, [{"type": "done"}], token)
        for session, lesson, token, _block in facts["beats"]
    ]


def beats(facts: Facts, *, count: int, events: int = 1) -> list[Request]:
    """Heartbeats of all readers in turn, every one a report of its own."""
    rows = facts["beats"]
    made = []
    for number in range(count):
        session, lesson, token, block = rows[number % len(rows)]
        said = [{"type": "step", "block": block} for _one in range(events)]
        made.append(report(session, lesson, said, token))
    return made


def searches() -> list[Request]:
    return [page(f"/search/?q={quote(words)}") for words in SEARCHES]


def sign_ins(facts: Facts) -> list[Request]:
    """Password sign-ins, each of another person."""
    kind = "application/x-www-form-urlencoded"
    return [
        written(
            "/accounts/login/",
            "",
            urlencode({"login": name, "password": facts["password"]}),
            kind,
            place=place,
        )
        for place, name in enumerate(facts["names"])
    ]


def export(facts: Facts) -> Request:
    """The matrix of the largest class as CSV, by its clerk."""
    body = urlencode({"reason": "年底总结", "format": "csv"})
    path = f"/desk/courses/{facts['runs']['large']}/matrix/export/"
    kind = "application/x-www-form-urlencoded"
    return written(path, facts["cookies"]["clerk"][0], body, kind)


def yardstick(path: str, cookies: list[str], method: str = "GET") -> list[Request]:
    """The same view for each reader; `{n}` in the path is a number of theirs."""
    if not cookies:
        return [Request(path)]
    return [
        Request(path.replace("{n}", str(1 + n * 7 % 180)), method, {"Cookie": cookie})
        for n, cookie in enumerate(cookies)
    ]
