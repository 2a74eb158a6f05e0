"""What is counted inside one process: the queries of each answer.

`python -m bench.speed.counting FILE < REQUESTS` sends the requests through the site's own
handler, once to warm it and once to count, and writes the queries of each by its name.
The statements that open and close a transaction are counted apart.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL")
CLIENT = Client(enforce_csrf_checks=True)


def send(request: dict[str, Any]) -> Any:
    """One request through the handler, as nginx would pass it on."""
    headers = {
        name: value
        for name, value in request["headers"].items()
        if name not in ("X-Forwarded-Proto", "Content-Type", "Cookie")
    }
    # One handler for all: it builds its middleware once, as a worker does.
    client = CLIENT
    client.cookies.clear()
    for cookie in request["headers"].get("Cookie", "").split("; "):
        name, _equals, value = cookie.partition("=")
        if name:
            client.cookies[name] = value
    return client.generic(
        request["method"],
        request["path"],
        request["body"],
        content_type=request["headers"].get("Content-Type", "text/html"),
        secure=True,
        headers=headers,
        SERVER_NAME="127.0.0.1",
        SERVER_PORT="443",
    )


def count(requests: list[dict[str, Any]], *, is_cold: bool) -> dict[str, Any]:
    """The queries of the last of these, the others before it warm the process."""
    for request in requests[:-1]:
        send(request)
    if is_cold:
        for one in caches.all(initialized_only=False):
            one.clear()
    with CaptureQueriesContext(connection) as captured:
        answer = send(requests[-1])
        if answer.streaming:
            sum(len(part) for part in answer.streaming_content)
    statements = [one["sql"] for one in captured.captured_queries]
    queries = [one for one in statements if not one.startswith(CONTROL)]
    return {
        "sql": len(queries),
        "control": len(statements) - len(queries),
        "status": answer.status_code,
        "queries": [one[:300] for one in queries],
    }


def main() -> None:
    """Read what to count, count it."""
    wanted = json.load(sys.stdin)
    found = {
        one["name"]: count(one["requests"], is_cold=one["is_cold"]) for one in wanted
    }
    Path(sys.argv[1]).write_text(json.dumps(found, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
