"""Laying out a certificate on its sheet of 840 × 1188 units (A4 upright): pure.

One drawing serves the page, the printer, the picture that somebody keeps and the PDF, so
its lines are broken here and not by a browser.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.qr_code import qr_path
from learning.certificate_words import day_on_paper
from learning.models import Certificate

# The block of the sentence: left edge, width, first baseline and how far it may reach.
LEFT, WIDTH, TOP, BOTTOM = 110, 622, 660, 872
SIZES = (25.6, 22.4, 19.2, 16.0, 14.0)
LEADING = 2.0
NOT_FIRST = "，。、；：！？」』）》”’…"
NOT_LAST = "「『（《“‘"
NAME_SIZE, NAME_WIDTH = 47.0, 520
# From −130° to 130° around the seal, with its words at the foot left free.
RING_HALF = 130.0
QR_SIDE = 112


@dataclass(frozen=True)
class RingLetter:
    """A character of the seal's ring and how far it is turned."""

    character: str
    turn: float


@dataclass
class Sheet:
    """All that the drawing needs, in the units of the sheet."""

    certificate: Certificate
    key: str
    name: str
    name_size: float
    name_spacing: int
    size: float
    lines: list[tuple[float, str]]
    first_left: float
    teacher: str
    issuer: str
    issuer_size: float
    day: str
    ring: list[RingLetter]
    qr: str
    qr_scale: float
    address: str
    facts: dict[str, Any] = field(default_factory=dict)


def width_of(text: str) -> float:
    """How wide a text is in ems: a Chinese character is one, a Latin one about half."""
    return sum(0.28 if one == " " else 0.55 if one < "\u2000" else 1.0 for one in text)


def break_lines(text: str, width: float, indent: float = 2.0) -> list[str]:
    """The text in lines of at most `width` ems, the first one shorter by `indent`.

    A number is not cut in two; no line begins with a closing mark or ends with an
    opening one: it hangs over by one character instead.
    """
    lines: list[str] = []
    line, room = "", width - indent
    for piece in _pieces(text):
        fits = width_of((line + piece).rstrip()) <= room
        if fits or not line or piece in NOT_FIRST:
            line += piece
            continue
        carried = ""
        if line[-1] in NOT_LAST:
            line, carried = line[:-1], line[-1]
        lines.append(line.rstrip())
        line, room = carried + piece.lstrip(), width
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Single characters, but runs of Latin letters and digits whole."""
    found: list[str] = []
    for one in text:
        if _is_latin(one) and found and _is_latin(found[-1][-1]):
            found[-1] += one
        else:
            found.append(one)
    return found


def _is_latin(one: str) -> bool:
    return one.isascii() and one.isalnum()


def lay_out(certificate: Certificate, *, address: str, code_address: str) -> Sheet:
    """The sheet of an issued certificate.

    Args:
        certificate: whose snapshot is drawn.
        address: where a person types the code, as short as it is.
        code_address: what the QR code holds.
    """
    facts = certificate.snapshot
    size, lines = _fit(facts["text"])
    name_size = min(NAME_SIZE, NAME_WIDTH / (width_of(facts["name"]) * 1.15 + 2))
    path, modules = qr_path(code_address)
    issuer = facts["issuer"]
    step = 2 * RING_HALF / max(1, len(issuer) - 1)
    return Sheet(
        certificate=certificate,
        key=f"c{certificate.pk}",
        name=facts["name"],
        name_size=name_size,
        name_spacing=7 if name_size > 30 else 2,
        size=size,
        lines=[
            (TOP + number * size * LEADING, line) for number, line in enumerate(lines)
        ],
        first_left=LEFT + 2 * size,
        teacher=facts["teacher"],
        issuer=issuer,
        issuer_size=min(22.7, 300 / max(1.0, width_of(issuer))),
        day=day_on_paper(date.fromisoformat(facts["issued_on"])),
        ring=[
            RingLetter(one, round(number * step - RING_HALF, 1))
            for number, one in enumerate(issuer)
        ],
        qr=path,
        qr_scale=round(QR_SIDE / modules, 3),
        address=address,
        facts=facts,
    )


def _fit(text: str) -> tuple[float, list[str]]:
    """The largest letters with which the sentence stays within its block."""
    for size in SIZES:
        lines = break_lines(text, WIDTH / size)
        if TOP + (len(lines) - 1) * size * LEADING <= BOTTOM:
            break
    return size, lines
