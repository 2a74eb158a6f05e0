"""What a reader of a page gets to read, in which language; and a walk over all pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
# Never read to anybody: programs, and drawings with a character as an ornament.
UNREAD = frozenset({"script", "style", "svg"})
# Addresses, names for programs, and what a person typed.
UNREAD_ATTRIBUTES = frozenset(
    [
        "action",
        "class",
        "for",
        "href",
        "id",
        "lang",
        "name",
        "pattern",
        "poster",
        "rel",
        "src",
        "srcset",
        "value",
    ]
)
BUTTONS = frozenset({"button", "reset", "submit"})
A_FEW = 2


@dataclass(frozen=True)
class Run:
    """A piece of text, or an attribute, with the language that it claims to be in."""

    text: str
    language: str
    place: str


class Reading(HTMLParser):
    """Collects every run of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.links: list[str] = []
        self.forms: list[str | None] = []
        # (element, language) of what is open; a parent may be left unclosed.
        self._open: list[tuple[str, str]] = [("", "")]
        self._unread = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        language = found.get("lang", self._open[-1][1])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "form" and found.get("method", "").lower() == "post":
            self.forms.append(found.get("action"))
        if not self._unread:
            for name, value in found.items():
                # The value of a <button> is for the program alone; its words are inside.
                is_read = name not in UNREAD_ATTRIBUTES or (
                    (tag, name) == ("input", "value") and found.get("type") in BUTTONS
                )
                if is_read and value.strip():
                    self.runs.append(Run(value, language, f"{tag}@{name}"))
        if tag not in VOID:
            self._open.append((tag, language))
            self._unread += tag in UNREAD

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _language in self._open}:
            return
        while True:
            name, _language = self._open.pop()
            self._unread -= name in UNREAD
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._unread:
            tag, language = self._open[-1]
            self.runs.append(Run(" ".join(data.split()), language, tag))


@dataclass
class Answer:
    """A page as somebody got it."""

    who: str
    how: str
    kind: str
    status: int
    html: str
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = Reading(self.html)

    def __str__(self) -> str:
        return f"{self.who} {self.how} → {self.status}"


def kind_of(path: str, pages: dict[str, str]) -> str:
    """Which kind of page an address is: its route, or the type of the page there."""
    plain = urlsplit(path).path
    if plain in pages:
        return pages[plain]
    try:
        return resolve(plain).view_name or plain
    except Resolver404:
        return plain


@dataclass
class Walk:
    """Follows every link from `starts`, a few addresses of each kind, one person.

    Attributes:
        pages: path → type of each page of the tree.
        more: kind → how many are opened of it; A_FEW of any other.
        only: beginnings of paths to stay within; all, if empty.
        left_alone: beginnings of paths that belong to another test.
    """

    client: Client
    who: str
    pages: dict[str, str]
    more: dict[str, int] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ("/admin/", "/media/", "/static/", "/documents/")

    def answers(self, starts: Iterable[str]) -> Iterator[Answer]:
        """Each page that is reached, and what its forms say when sent empty."""
        waiting = list(dict.fromkeys(starts))
        seen, opened, sent = set(waiting), Counter[str](), set[str]()
        while waiting:
            path = waiting.pop(0)
            kind = self._kind(path)
            if opened[kind] >= self.more.get(kind, A_FEW):
                continue
            opened[kind] += 1
            answer = self._get(path)
            if answer is None:
                continue
            yield answer
            for action in answer.reading.forms:
                target = urljoin(path, action or path)
                if self._kind(target) not in sent:
                    sent.add(self._kind(target))
                    yield from self._send_empty(target)
            for link in answer.reading.links:
                target = self._inside(path, link)
                if target and target not in seen:
                    seen.add(target)
                    waiting.append(target)

    def _kind(self, path: str) -> str:
        # A list with some filter or other is a second kind.
        return kind_of(path, self.pages) + ("?" if urlsplit(path).query else "")

    def _inside(self, path: str, link: str) -> str:
        target = urlsplit(urljoin(path, link))
        if target.netloc or target.scheme or target.path.startswith(self.left_alone):
            return ""
        if self.only and not target.path.startswith(self.only):
            return ""
        return target.path + (f"?{target.query}" if target.query else "")

    def _get(self, path: str) -> Answer | None:
        response = self.client.get(path, follow=True)
        return self._answer("GET", path, response)

    def _send_empty(self, path: str) -> Iterator[Answer]:
        """Without a word filled in; the database is afterwards as it was."""
        other = Client(**self.client.defaults)
        other.cookies.load(
            {name: one.value for name, one in self.client.cookies.items()}
        )
        before = transaction.savepoint()
        response = other.post(path, follow=True)
        answer = self._answer("POST", path, response)
        transaction.savepoint_rollback(before)
        if answer is not None:
            yield answer

    def _answer(self, method: str, path: str, response: Any) -> Answer | None:
        if not response.get("Content-Type", "").startswith("text/html"):
            return None
        if response.request["PATH_INFO"].startswith(self.left_alone):
            return None  # A form of ours that leads there.
        html = response.content.decode()
        if not html:  # «wrong method» is for programs
            return None
        kind = kind_of(path, self.pages)
        return Answer(self.who, f"{method} {path}", kind, response.status_code, html)
