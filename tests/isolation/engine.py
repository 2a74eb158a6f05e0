"""One walk for the sweep and for the tests of its guards: asks addresses, finds leaks.

Every request stands in a savepoint that is taken back, so that each meets the street as
it was made. A canary in what comes back, a row of school B that is not as it was, a row
of school A that names one of B, an answer where none is due, or a 500 is a finding.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, unquote

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TestCase

from core.models import OutboxMessage
from tests.isolation.addresses import Ask
from tests.isolation.crossings import Crossings
from tests.isolation.rows import Rows
from tests.schools.foreign import CANARY

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
ANSWERS = (200, 206)
# Routes that answer to a key of any school, each with its reason.
OPEN = {
    "page": "live pages are for everybody",
    "account_reset_password_from_key": "says that the link is no good",
    "card": "says that it knows no such card",
    "courses:print_course": "what everybody reads, on paper",
    "courses:print_week": "what everybody reads, on paper",
    "news:print_item": "what everybody reads, on paper",
    "news:school_rss": "the news that everybody reads",
    "news:school_atom": "the news that everybody reads",
    "draw": "a draw is held in public (R-01d)",
    "learning:run": "residents of the street enrol at every school",
    "learning:enrol_elder": "residents of the street enrol at every school",
    "wagtaildocs_serve": "goes by the number; the name at its end decorates it",
}
ENROLS = {
    "learning.Enrolment new",
    "learning.EnrolmentEvent new",
    "courses.CourseRun changed",
}
# What a route may change at another school, each with its reason.
MAY_CHANGE = {
    "learning:enrol": ("a resident enrols on an open course", ENROLS),
    "learning:run": ("a resident enrols on an open class", ENROLS),
    "learning:enrol_elder": ("family enrols an elder on an open class", ENROLS),
}


@dataclass(frozen=True)
class Finding:
    """What went wrong at one address."""

    route: str
    method: str
    address: str
    what: str

    def __str__(self) -> str:
        return f"{self.method} {self.address} ({self.route}): {self.what}"


class Watch:
    """School B as it was, and what its words and codes are known by."""

    def __init__(self, street: Any, client: Client) -> None:
        self.client = client
        self.rows = Rows(street.b)
        self.crossings = Crossings(street.a, street.b)
        words = [CANARY, *street.b.secrets]
        forms = [*map(re.escape, words), rf"{street.b.numbers}\d{{4}}"]
        self.canary = re.compile("|".join(forms), re.IGNORECASE)
        self.newest_message = self._newest()
        self.requests = 0
        self._tables: set[str] = set()

    def _newest(self) -> int:
        return OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True)[0]

    def send(self, ask: Ask, method: str, **more: Any) -> tuple[Any, list[Finding]]:
        """The answer, and what is wrong with it and with the rows after it."""
        self.requests += 1
        self._tables = set()
        mail.outbox = []
        cookies: SimpleCookie = SimpleCookie()
        cookies.update(self.client.cookies)
        before = transaction.savepoint()
        try:
            with (
                connection.execute_wrapper(self._note),
                TestCase.captureOnCommitCallbacks(execute=True),
            ):
                response = getattr(self.client, method)(ask.address, **more)
                body = b"".join(response) if response.streaming else response.content
            wrong = [*self._read(ask, response, body), *self._written(ask)]
        finally:
            transaction.savepoint_rollback(before)
            self.client.cookies = cookies
            cache.clear()
        named = [Finding(ask.route, method, ask.address, one) for one in wrong]
        return response, named

    def _note(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if written := WRITES.match(sql):
            self._tables.add(written[1])
        return execute(sql, params, many, context)

    def _read(self, ask: Ask, response: Any, body: bytes) -> Iterator[str]:
        status = response.status_code
        if status >= 500:
            yield f"status {status}"
        said = f"{_text(body)}\n{response.headers}\n{response.cookies}"
        said += "\n".join(f"{one.subject}{one.body}{one.to}" for one in mail.outbox)
        for form in (ask.address, unquote(ask.address), quote(ask.address)):
            said = said.replace(form, "")
        if shown := self._shown(said):
            yield f"«{shown}» in an answer of {status}"
        if ask.is_foreign and status in ANSWERS and ask.route not in OPEN:
            yield f"an answer of {status}"

    def _shown(self, said: str) -> str:
        """The first canary in a text, with some of what stands around it."""
        found = self.canary.search(said)
        return said[max(0, found.start() - 9) : found.end() + 20] if found else ""

    def _written(self, ask: Ask) -> Iterator[str]:
        touched = self.rows.touched(self._tables)
        if touched:
            _reason, meant = MAY_CHANGE.get(ask.route, ("", set()))
            yield from sorted({*self.rows.changes(touched)} - meant)
            yield from self.crossings.new(touched)
        if OutboxMessage._meta.db_table in self._tables:
            new = OutboxMessage.objects.filter(pk__gt=self.newest_message)
            if shown := self._shown(str(list(new.values()))):
                yield f"«{shown}» in a message"


def _text(body: bytes) -> str:
    """The text of an answer; of a package (Excel, Word, ZIP) that of its parts."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = [package.read(name) for name in package.namelist()]
            body = b"\n".join([*parts, *map(str.encode, package.namelist())])
    return body.decode("utf-8", "replace")


def walk(
    watch: Watch, asks: Iterable[Ask], body: dict[str, Any] | None
) -> list[Finding]:
    """GET each address, also for JSON, HEAD where there is a page, and POST the body."""
    wrong: list[Finding] = []
    for ask in asks:
        response, found = watch.send(ask, "get")
        wrong += found
        if response.status_code == 200:
            for method, more in (
                ("head", {}),
                ("get", {"headers": {"accept": "application/json"}}),
            ):
                wrong += watch.send(ask, method, **more)[1]
        if body is not None:
            wrong += watch.send(ask, "post", data=body)[1]
            if response.status_code == 200:
                wrong += watch.send(
                    ask, "post", data=body, headers={"accept": "application/json"}
                )[1]
    return wrong
