"""People who came without being on the list: noted by name, later found to be somebody."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from attendance.checkin import are_doors_open
from attendance.choices import AttendanceState, Source
from attendance.exceptions import RollTooEarlyError, WalkInClosedError
from attendance.gathering import tell_of_roll
from attendance.join import Mark
from attendance.models import AttendanceRecord, Session, WalkIn
from attendance.services.roll import (
    lock_session,
    record_mark,
    refuse_cancelled,
    settle_state,
)
from core.exceptions import KeyReusedError
from core.services.audit import record_audit
from core.services.each import each_alone

# Nobody claims a walk-in of half a year ago; then name and number go.
WORDS_KEPT = timedelta(days=180)


@transaction.atomic
def note_walk_in(
    *,
    session: Session,
    name: str,
    by: Any,
    key: str,
    phone: str = "",
    at: datetime | None = None,
) -> WalkIn:
    """Write down somebody who came and is not on the list; the same again is one.

    The caller has asked `can_take_roll`. The same key is the same person, and so is the
    same number in the same session. Whose account has proved the number is known at
    once: then there is a record and no name is kept here.

    Args:
        session: where the person came.
        name: as the person gives it.
        by: who writes it down.
        key: of the page, made before it is sent.
        phone: E.164, or empty: a telephone is not needed.
        at: now, for tests.

    Raises:
        SessionCancelledError: the session does not take place.
        RollTooEarlyError: the doors are not open yet.
        KeyReusedError: the key came before with another name or number.
    """
    moment = at or timezone.now()
    locked = lock_session(session)
    refuse_cancelled(locked)
    if not are_doors_open(locked, moment):
        raise RollTooEarlyError
    known = _known(locked, key, name, phone)
    if known is not None:
        return known
    row = WalkIn.objects.create(
        session=locked, name=name, phone=phone, noted_by=by, at=moment, key=key
    )
    settle_state(locked, moment)
    record_audit(
        actor=by,
        action="attendance.walk_in",
        subject=locked,
        school_id=locked.school_id,
        walk_in=row.pk,
    )
    person = _owner_of(phone)
    if person is not None:
        _claim(row, person, by=by, at=moment)
    return row


def _known(session: Session, key: str, name: str, phone: str) -> WalkIn | None:
    """The row of that key, or of that number."""
    found: WalkIn | None = session.named_walk_ins.filter(key=key).first()
    if found is None:
        by_number = session.named_walk_ins.filter(phone=phone) if phone else None
        return by_number.first() if by_number is not None else None
    # Of one that was claimed or forgotten nothing is left that could differ.
    if found.name and (found.name, found.phone) != (name, phone):
        raise KeyReusedError
    return found


def _owner_of(phone: str) -> Any:
    """The account whose own number it is: proved by a code, not only written down."""
    if not phone:
        return None
    people = get_user_model().objects.filter(is_active=True, phone_verified=True)
    return people.filter(phone=phone).first()


@transaction.atomic
def drop_walk_in(*, walk_in: WalkIn, by: Any, at: datetime | None = None) -> None:
    """Take back a walk-in that was noted by mistake; once it is gone nothing happens.

    Raises:
        WalkInClosedError: somebody has claimed it: the record is put right on the roll.
    """
    locked = lock_session(walk_in.session)
    row = WalkIn.objects.filter(pk=walk_in.pk).first()
    if row is None:
        return
    if row.record_id is not None:
        raise WalkInClosedError
    row.delete()
    settle_state(locked, at or timezone.now())
    record_audit(
        actor=by,
        action="attendance.walk_in_dropped",
        subject=locked,
        school_id=locked.school_id,
        walk_in=walk_in.pk,
    )


@transaction.atomic
def claim_walk_in(
    *, walk_in: WalkIn, person: Any, by: Any, at: datetime | None = None
) -> AttendanceRecord:
    """The walk-in is that person: they have a record of the session, once.

    The record says what the roll says: there, by the teacher, at the time at which it
    was noted; whatever else is known of the person is joined (`attendance.join`). Name
    and number go. Claiming it again for the same person changes nothing.

    Args:
        walk_in: who came.
        person: whose account it is; the caller has made sure of it.
        by: staff who say so, or the person themself.
        at: now, for tests.

    Raises:
        WalkInClosedError: somebody else has claimed it.
    """
    lock_session(walk_in.session)
    row = WalkIn.objects.select_related("session", "record").get(pk=walk_in.pk)
    if row.record is not None:
        if row.record.attendee_id != person.pk:
            raise WalkInClosedError
        known: AttendanceRecord = row.record
        return known
    return _claim(row, person, by=by, at=at or timezone.now())


def _claim(row: WalkIn, person: Any, *, by: Any, at: datetime) -> AttendanceRecord:
    """Under the lock of the session."""
    session = row.session
    mark = Mark(AttendanceState.PRESENT, Source.TEACHER, row.at, row.noted_by_id)
    wrote = record_mark(session=session, attendee_id=person.pk, mark=mark)
    record: AttendanceRecord = session.records.get(attendee=person)
    row.record, row.name, row.phone = record, "", ""
    row.save(update_fields=["record", "name", "phone"])
    settle_state(session, at)
    if wrote:
        tell_of_roll(session, [person.pk])
    record_audit(
        actor=by,
        action="attendance.walk_in_claimed",
        subject=session,
        school_id=session.school_id,
        walk_in=row.pk,
        person=person.pk,
    )
    return record


def claim_own(*, person: Any) -> int:
    """Claim every walk-in with the number that the person has proved; how many.

    One that cannot be claimed does not hold up the others, nor a sign-in.
    """
    if not (person.phone and person.phone_verified):
        return 0
    waiting = WalkIn.objects.unclaimed().filter(phone=person.phone)

    def claim(row: WalkIn) -> int:
        claim_walk_in(walk_in=row, person=person, by=person)
        return 1

    return each_alone(
        waiting.select_related("session"), claim, trouble="walk-in %s not claimed"
    )


def forget_walk_ins(now: datetime) -> int:
    """Take away names and numbers that nobody claimed for 180 days; how many."""
    old = WalkIn.objects.filter(at__lt=now - WORDS_KEPT).exclude(name="", phone="")
    return int(old.update(name="", phone=""))


def forget_number(person: Any, _at: datetime) -> None:
    """At the erasure of an account: who came under its number has no name any more."""
    if person.phone:
        WalkIn.objects.filter(phone=person.phone).update(name="", phone="")
