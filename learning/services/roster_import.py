"""Putting the people of a list on a class: each by the way in that everybody takes."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.on_paper import register_on_paper
from accounts.services.people import find_person
from core.exceptions import RefusedError
from core.services.audit import record_audit
from courses.models import CourseRun
from learning.choices import LIVE_STATES, Source, State
from learning.models import Enrolment
from learning.roster_file import PersonRow
from learning.services.enrolment import enrol_learner

# What became of a row.
NEW, THERE, REFUSED = "new", "there", "refused"


def import_roster(
    *, run: CourseRun, rows: Iterable[PersonRow], by: Any
) -> list[dict[str, Any]]:
    """Enrol the people of a list, one after the other; what one lacks stops no other.

    Whoever has the telephone number is the person, if the name is theirs too; for an
    unknown number an account is made, with the consent that was given on paper. The
    same list again changes nothing.

    Returns:
        For each row its number, what became of it and, where it was refused, why.
    """
    said = [_import_row(run, row, by) for row in rows]
    record_audit(
        actor=by,
        action="roster.imported",
        subject=run,
        school_id=run.school_id,
        **{what: sum(one["what"] == what for one in said) for what in (NEW, THERE)},
        refused=sum(one["what"] == REFUSED for one in said),
    )
    return said


def _import_row(run: CourseRun, row: PersonRow, by: Any) -> dict[str, Any]:
    # Without the name: the answer is kept with the key of the form.
    said = {"number": row.number, "what": NEW, "why": ""}
    try:
        # Who is refused a seat leaves no account behind.
        with transaction.atomic():
            person = find_person(row.phone)
            if person is None:
                person = register_on_paper(
                    display_name=row.name, phone=row.phone, birth_year=row.born, by=by
                )
            elif _spoken(person.get_full_name()) != _spoken(row.name):
                return said | {"what": REFUSED, "why": _other_name()}
            live = Enrolment.objects.filter(run=run, learner=person)
            if live.filter(state__in=(*LIVE_STATES, State.COMPLETED)).exists():
                return said | {"what": THERE}
            enrol_learner(
                learner=person,
                run=run,
                source=Source.IMPORT,
                by=by,
                relative_name=row.relative,
            )
    except RefusedError as refusal:
        return said | {"what": REFUSED, "why": str(refusal)}
    return said


def _spoken(name: str) -> str:
    """A name without its spaces: «欧阳 娜娜» is «欧阳娜娜»."""
    return "".join(name.split())


def _other_name() -> str:
    # Whose number it is, is nobody's business who merely has a list.
    return _("这个手机号登记的是另一个名字。请核对号码，或者到柜台办。")
