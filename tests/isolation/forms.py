"""The forms of a page as a browser has them, sent with keys of another school in them.

So a new form is swept without a word: whatever a page of school A offers to send is sent
with something of school B in each field that names a row (S-IDOR-4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

# What a number in a field of that name is a key of.
FIELD_OF = {
    "run": "run",
    "teacher": "profile",
    "venue": "venue",
    "school": "school",
    "lesson": "lesson",
    "target": "lesson",
    "collection": "collection",
    "session": "session",
    "course": "course",
}
# Numbers that name no row.
NUMBERS = {
    "tries", "seats", "capacity", "count", "min-seats", "offer-hours", "weekday",
    "percent", "action-add", "birth-year", "chosen", "seen",
}  # fmt: skip
# On every page; they change what the reader sees, or end the session.
EVERYWHERE = ("/language/", "/display/", "/accounts/logout/")


@dataclass
class Form:
    """Where it is sent, and what stands in it: all that could be chosen, by name."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def put(self, name: str, value: str, *, is_chosen: bool) -> None:
        self.values.setdefault(name, []).append(value)
        if is_chosen:
            self.chosen.setdefault(name, []).append(value)

    @property
    def rows(self) -> list[str]:
        """The fields in which a number could name a row."""
        return [
            name
            for name, values in self.values.items()
            if any(value.isascii() and value.isdigit() for value in values)
        ]

    def sent(self, **forged: list[Any]) -> dict[str, Any]:
        words = {name: [""] for name in self.values if name not in self.chosen}
        return {**words, **self.chosen, **forged}


class _Reader(HTMLParser):
    """Collects the forms that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._open = Form(given.get("action") or self.address)
        if self._open is None:
            return
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self._open.put(
                self._select, given.get("value", ""), is_chosen="selected" in given
            )
        elif tag in ("input", "button", "textarea") and given.get("name"):
            self._input(tag, given)

    def _input(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        kind = given.get("type", tag)
        is_ticked = kind not in ("checkbox", "radio", "submit", "button")
        value = given.get("value", "" if kind != "textarea" else "写几句话")
        is_text = kind in ("text", "textarea") and not value
        self._open.put(
            given["name"],
            "写几个字" if is_text else value,
            is_chosen=is_ticked or "checked" in given,
        )

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "form" and self._open is not None:
            self.forms.append(self._open)
            self._open = None


def forms_of(address: str, html: str) -> Iterator[Form]:
    """The forms of a page, but for those that every page has."""
    reader = _Reader(address)
    reader.feed(html)
    for form in reader.forms:
        form.values.pop("csrfmiddlewaretoken", None)
        form.chosen.pop("csrfmiddlewaretoken", None)
        if not form.action.startswith(EVERYWHERE):
            yield form


def forged(form: Form, other: Any) -> dict[str, list[Any]]:
    """The other school's keys for the form: one more beside what may be ticked."""
    found = {}
    for name in form.rows:
        kind = FIELD_OF.get(plain_name(name))
        if kind is not None:
            found[name] = [*form.chosen.get(name, []), other.found[kind][0]]
    return found


def unnamed(form: Form) -> list[str]:
    """Fields with numbers of which nobody has said what they name."""
    known = FIELD_OF.keys() | NUMBERS
    return [name for name in map(plain_name, form.rows) if name not in known]


def plain_name(name: str) -> str:
    """«form-0-person» and «state-12» are «person» and «state»."""
    parts = [part for part in name.replace("_", "-").split("-") if not part.isdigit()]
    return "-".join(part for part in parts if part != "form") or name
