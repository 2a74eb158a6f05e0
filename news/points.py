"""What adoptions are worth: pure, so that a circular can be computed again later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Adopted:
    """An adoption as far as points go."""

    pk: int
    submission_id: int
    kind: str
    level: str
    published_on: date
    is_brief: bool = False
    is_repost: bool = False


@dataclass(frozen=True)
class Worth:
    """What an adoption of a level brings, in full and as a brief item."""

    full: Decimal
    brief: Decimal


@dataclass(frozen=True)
class Switches:
    """The two switches of PUB-04."""

    once_a_class: bool = True
    reposts: bool = False


def points_of(
    adoptions: Iterable[Adopted], worth: Mapping[str, Worth], switches: Switches
) -> dict[int, Decimal]:
    """The points of each adoption, by its number; every one is in the answer.

    Of one story in one class of outlet the adoption worth most counts, and of two worth
    the same the earlier; the others bring nothing. All adoptions of a story must be
    given, whatever the month that is asked for: which one counts depends on all.
    """
    rows = sorted(adoptions, key=lambda one: (one.published_on, one.pk))
    found = {one.pk: _worth(one, worth, switches) for one in rows}
    if not switches.once_a_class:
        return found
    best: dict[tuple[int, str], int] = {}
    for one in rows:
        key = (one.submission_id, one.kind)
        if key not in best or found[one.pk] > found[best[key]]:
            best[key] = one.pk
    counted = set(best.values())
    return {pk: points if pk in counted else ZERO for pk, points in found.items()}


def _worth(one: Adopted, worth: Mapping[str, Worth], switches: Switches) -> Decimal:
    known = worth.get(one.level)
    if known is None or (one.is_repost and not switches.reposts):
        return ZERO
    return known.brief if one.is_brief else known.full
