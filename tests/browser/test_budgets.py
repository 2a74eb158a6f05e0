"""What a first view of each kind of page weighs, and how much it asks for (UX §2.8).

A phone that comes for the first time, with an empty cache. Bytes are counted as a
compressing proxy sends them.
"""

import gzip
from typing import Any

import pytest

from tests.browser.kinds import BUDGETS, KINDS, Kind
from tests.browser.street import Street

pytestmark = pytest.mark.browser

KB = 1024
COMPRESSED = ("html", "css", "js", "svg", "json", "manifest")
COLUMNS = ("html", "css", "js", "requests", "total")


def kind_of(response: Any) -> str:
    """What an answer is, by its content type: html, css, js or something else."""
    content = response.headers.get("content-type", "").partition(";")[0]
    for name in ("html", "css", "javascript", "svg", "json", "manifest"):
        if name in content:
            return "js" if name == "javascript" else name
    return "other"


def weigh(page: Any, address: str) -> dict[str, float]:
    """KB of each kind and the number of requests of a first view of that address."""
    weights: dict[str, float] = dict.fromkeys(COLUMNS, 0.0)
    answers: list[Any] = []
    page.on("response", answers.append)
    page.goto(address)
    page.wait_for_load_state("load")
    for answer in answers:
        kind = kind_of(answer)
        is_film = answer.request.resource_type == "media"
        if is_film or 300 <= answer.status < 400:
            continue  # a film is loaded when somebody plays it
        body = answer.body()
        size = len(gzip.compress(body, 6)) if kind in COMPRESSED else len(body)
        weights["requests"] += 1
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
def test_a_first_view_stays_in_its_budget(
    look: Any, street: Street, kind: Kind
) -> None:
    # Opened once for the person's cookies, then counted with an empty cache.
    page = look(kind, java_script_enabled=True, service_workers="block")
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights = weigh(page, street.url + kind.address(street))
    limits = dict(zip(COLUMNS, BUDGETS[kind.budget], strict=True))
    over = [name for name in COLUMNS if weights[name] > limits[name]]
    assert weights["requests"] >= 3, "something was counted"
    assert not over, f"{kind.name}: {over}{table(weights, limits)}"
