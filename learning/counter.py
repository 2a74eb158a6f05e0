"""The counter: whom the clerk has before them, and which classes take people now.

A person is opened by a reference that only the clerk who found them holds: numbers that
count up would let anybody leaf through the residents of the street.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import QuerySet

from accounts.services.cards import holder_of
from accounts.services.people import find_person
from courses.choices import RunState
from learning.models import Enrolment
from learning.permissions import managed_schools
from learning.run_desk import ClassFilter, ClassRow, classes_for_desk, read_rows
from learning.windows import TAKES_PEOPLE

SALT = "learning.counter"
# A shorter piece of a name would show half of the street.
SHORTEST_NAME = 2
MOST_FOUND = 20


def reference_of(clerk: Any, person: Any) -> str:
    """How the address of this clerk's page names that person."""
    return signing.Signer(salt=f"{SALT}:{clerk.pk}").sign(str(person.pk))


def person_of(clerk: Any, reference: str) -> Any:
    """The person of a reference; None for a forged one, or another clerk's."""
    return next(iter(people_of(clerk, [reference])), None)


def people_of(clerk: Any, references: Iterable[str]) -> list[Any]:
    """The people of these references, in one query; forged ones lead to nobody."""
    signer = signing.Signer(salt=f"{SALT}:{clerk.pk}")
    found = set()
    for reference in references:
        with suppress(signing.BadSignature):
            found.add(signer.unsign(reference))
    return list(_residents(clerk).filter(pk__in=found).order_by("pk")) if found else []


def _residents(clerk: Any) -> QuerySet[Any]:
    """Living accounts but one's own: nobody serves themself over the counter."""
    people = get_user_model().objects.filter(is_active=True)
    return people.exclude(pk=clerk.pk)


def find_people(clerk: Any, text: str) -> list[Any]:
    """Who may be meant: whose card it is, who has that number, or names of the school.

    A number finds whoever has it, since the person says it across the counter. A name
    finds only people who have been on a course of a school that the clerk answers for.
    """
    wanted = " ".join(text.split())
    by_card = holder_of(wanted)
    if by_card is not None:
        return list(_residents(clerk).filter(pk=by_card.pk))
    by_number = find_person(wanted) if any(c.isdigit() for c in wanted) else None
    if by_number is not None:
        return list(_residents(clerk).filter(pk=by_number.pk))
    if is_too_short(wanted):
        return []
    known = Enrolment.objects.filter(run__school__in=managed_schools(clerk))
    return list(
        _residents(clerk)
        .filter(pk__in=known.values("learner"), display_name__icontains=wanted)
        .order_by("display_name", "pk")[:MOST_FOUND]
    )


def is_too_short(text: str) -> bool:
    """Whether so little of a name was given that nobody is looked for."""
    return len("".join(text.split())) < SHORTEST_NAME


@dataclass
class Offer:
    """A class of the school as the counter offers it to one person."""

    row: ClassRow
    # The person's own enrolment on it, if there is one that lives.
    place: Enrolment | None

    @property
    def is_full(self) -> bool:
        return self.row.state is RunState.FULL

    @property
    def takes_people(self) -> bool:
        return self.place is None and self.row.state in TAKES_PEOPLE


def read_offers(clerk: Any, person: Any, at: Any) -> list[Offer]:
    """The classes of the clerk's schools that are not over, in two queries."""
    runs = classes_for_desk(clerk, ClassFilter.NOW).filter(
        school__in=managed_schools(clerk)
    )
    own = {row.run_id: row for row in Enrolment.objects.filter(learner=person).live()}
    offers = [Offer(row, own.get(row.run.pk)) for row in read_rows(runs, at)]
    # What the person has, then what takes people, then the rest.
    offers.sort(key=lambda one: (one.place is None, not one.takes_people))
    return offers
