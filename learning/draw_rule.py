"""How seats are drawn: a pure rule that everybody can recompute (R-01d).

In words, for who checks it with other tools (docs/decisions/0004-seats.md has them too):

1. The list has one line a ticket, `ticket|community|1` for who has not been in a class
   before and `…|0` for who has, sorted by ticket, joined by line feeds, in UTF-8. Its
   SHA-256 is the list hash.
2. The number of a ticket is the SHA-256 of `seed:list hash:ticket`, as hexadecimal.
3. Smaller numbers come first; before all of them, where the run says so, those who have
   not been in a class before. Equal numbers stand in the order of the tickets.
4. Tickets given back since the list was closed are passed over.
5. First each community's own seats go to its people in that order. Then the seats that
   are left go to everybody in that order. The rest wait, in that order.

The list is part of every number: nobody knows a number before the list is closed, and
whoever changes the list by one line shuffles all of it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# No 0 O 1 I L: tickets are read aloud and copied by hand.
TICKET_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TICKET_LENGTH = 8


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the list. `community` is the school's id, or empty."""

    ticket: str
    community: str
    is_first_time: bool

    @property
    def line(self) -> str:
        return f"{self.ticket}|{self.community}|{int(self.is_first_time)}"


@dataclass(frozen=True)
class Terms:
    """What the seats are given out by, besides list and seed."""

    seats: int
    quotas: Mapping[str, int]
    first_time_first: bool


@dataclass(frozen=True)
class Result:
    """Tickets with a seat, in drawn order, and those that wait, in drawn order."""

    seated: tuple[str, ...]
    waiting: tuple[str, ...]


def new_seed() -> str:
    """A seed that nobody can guess: 256 bits, as hexadecimal."""
    return secrets.token_hex(32)


def new_ticket() -> str:
    """A ticket number; 31⁸ of them, so that two of one run rarely meet."""
    return "".join(secrets.choice(TICKET_LETTERS) for _one in range(TICKET_LENGTH))


def seed_hash(seed: str) -> str:
    """What is published of the seed before the list is closed."""
    return _sha256(seed)


def list_text(entries: Iterable[Entry]) -> str:
    """The list as it is published and hashed.

    Raises:
        ValueError: a ticket stands on it twice.
    """
    rows = sorted(entries)
    if len({row.ticket for row in rows}) != len(rows):
        raise ValueError("a ticket stands on the list twice")
    return "\n".join(row.line for row in rows)


def list_hash(entries: Iterable[Entry]) -> str:
    """The SHA-256 of the published list."""
    return _sha256(list_text(entries))


def number_of(ticket: str, *, seed: str, list_hash: str) -> str:
    """The number by which a ticket is ordered."""
    return _sha256(f"{seed}:{list_hash}:{ticket}")


def draw(
    entries: Iterable[Entry],
    *,
    seed: str,
    terms: Terms,
    given_back: Iterable[str] = (),
) -> Result:
    """Who has a seat and who waits. The same arguments give the same result."""
    rows = list(entries)
    hashed = list_hash(rows)
    gone = set(given_back)

    def place(row: Entry) -> tuple[bool, str, str]:
        later = terms.first_time_first and not row.is_first_time
        return later, number_of(row.ticket, seed=seed, list_hash=hashed), row.ticket

    order = [row for row in sorted(rows, key=place) if row.ticket not in gone]
    seated = _own_seats(order, terms)
    for row in order:
        if len(seated) >= terms.seats:
            break
        seated.add(row.ticket)
    return Result(
        seated=tuple(row.ticket for row in order if row.ticket in seated),
        waiting=tuple(row.ticket for row in order if row.ticket not in seated),
    )


def _own_seats(order: list[Entry], terms: Terms) -> set[str]:
    """The tickets seated by their community's quota, never more than there are seats."""
    left = dict(terms.quotas)
    seated: set[str] = set()
    for row in order:
        if left.get(row.community, 0) > 0 and len(seated) < terms.seats:
            left[row.community] -= 1
            seated.add(row.ticket)
    return seated


def entries_from(raw: Iterable[Iterable[Any]]) -> list[Entry]:
    """The entries of a stored list."""
    return [Entry(str(t), str(c), bool(f)) for t, c, f in raw]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
