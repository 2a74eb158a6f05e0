"""What a first view of each kind of page weighs, and how much it asks for (UX §2.8).

A phone that comes for the first time, with an empty cache. Bytes are counted as a
compressing proxy sends them, those of scripts that come later included; requests are
those that a page makes until it has loaded, before a reader can wait for anything.
"""

import gzip
from typing import Any

import pytest

from tests.browser.kinds import BUDGETS, KINDS, Kind

pytestmark = pytest.mark.browser

KB = 1024
# A script that another one asks for comes from the same machine, well within this.
QUIET_MS = 150
COMPRESSED = ("html", "css", "js", "svg", "json", "manifest")
MEDIA = "/learn/media/"  # UX §2.8 weighs a lesson without its films and their pictures
EARLY = """() => 1 + performance.getEntriesByType("resource").filter((one) =>
    one.startTime < performance.getEntriesByType("navigation")[0].loadEventStart
    && !one.name.includes("/learn/media/")).length"""
COLUMNS = ("html", "css", "js", "requests", "total")


def kind_of(response: Any) -> str:
    """What an answer is, by its content type: html, css, js or something else."""
    content = response.headers.get("content-type", "").partition(";")[0]
    for name in ("html", "css", "javascript", "svg", "json", "manifest"):
        if name in content:
            return "js" if name == "javascript" else name
    return "other"


def settle(page: Any, answers: list[Any]) -> None:
    """Wait until nothing more comes: Playwright's own word for it takes half a second."""
    page.wait_for_load_state("load")
    known = -1
    while known != len(answers):
        known = len(answers)
        for answer in list(answers):
            answer.finished()
        page.wait_for_timeout(QUIET_MS)


def weigh(page: Any, answers: list[Any]) -> dict[str, float]:
    """KB of each kind and the number of requests of the view that these answers made."""
    weights: dict[str, float] = dict.fromkeys(COLUMNS, 0.0)
    settle(page, answers)
    weights["requests"] = page.evaluate(EARLY)
    for answer in answers:
        kind = kind_of(answer)
        is_film = answer.request.resource_type == "media" or MEDIA in answer.url
        if is_film or 300 <= answer.status < 400:
            continue  # a film is loaded when somebody plays it
        body = answer.body()
        size = len(gzip.compress(body, 6)) if kind in COMPRESSED else len(body)
        weights["total"] += size / KB
        if kind in weights:
            weights[kind] += size / KB
    return weights


def table(weights: dict[str, float], limits: dict[str, int]) -> str:
    lines = [f"{name:9} {weights[name]:7.1f} of {limits[name]}" for name in COLUMNS]
    return "\n".join(["", *lines])


@pytest.mark.parametrize(
    "kind", [one for one in KINDS if not one.fill], ids=lambda kind: kind.name
)
def test_a_first_view_stays_in_its_budget(look: Any, kind: Kind) -> None:
    answers: list[Any] = []
    page = look(
        kind,
        before=lambda page: page.on("response", lambda one: answers.append(one)),
        service_workers="block",
        is_mobile=True,
        has_touch=True,
    )
    weights = weigh(page, answers)
    limits = dict(zip(COLUMNS, BUDGETS[kind.budget], strict=True))
    over = [name for name in COLUMNS if weights[name] > limits[name]]
    assert weights["requests"] >= 3, "something was counted"
    assert not over, f"{kind.name}: {over}{table(weights, limits)}"
