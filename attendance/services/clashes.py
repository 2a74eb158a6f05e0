"""Rooms and teachers are in one place at a time: real, half-open intervals."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q

from attendance.exceptions import RoomTakenError, TeacherBusyError
from attendance.models import Session
from schools.models import StaffProfile, Venue


def lock_places(*, venues: Collection[Any], teachers: Collection[Any]) -> None:
    """Let whoever plans the same room or teacher wait until this transaction ends.

    In the order of their keys, so that two planners never wait for each other. On
    SQLite the writing transaction is the lock.
    """
    rooms = {one.pk for one in venues if one is not None}
    people = {one.pk for one in teachers if one is not None}
    if rooms:
        list(
            Venue.objects.select_for_update()
            .filter(pk__in=rooms)
            .order_by("pk")
            .only("pk")
        )
    if people:
        list(
            StaffProfile.objects.select_for_update()
            .filter(_same_people(people))
            .order_by("pk")
            .only("pk")
        )


def refuse_clashes(
    *, sessions: Sequence[Session], instead_of: Collection[int] = ()
) -> None:
    """Refuse these sessions if a room or teacher of theirs is taken, both ways.

    Whether the new session begins inside an old one, ends inside it, holds it or lies
    in it does not matter; one that begins as the other ends is no clash. The sessions
    are also held against each other. One person may stand in the people file of two
    schools: the account tells that they are one.

    Args:
        sessions: as they shall be, saved or not.
        instead_of: keys of sessions that these replace.

    Raises:
        RoomTakenError: the first room that is taken, with when.
        TeacherBusyError: the first teacher who is busy, with when.
    """
    planned = sorted(sessions, key=lambda one: one.starts_at)
    if not planned:
        return
    own = {one.pk for one in planned if one.pk} | set(instead_of)
    others = list(
        Session.objects.taking_place()
        .between(planned[0].starts_at, max(one.ends_at for one in planned))
        .filter(_shares_place(planned))
        .exclude(pk__in=own)
        .select_related("venue", "teacher")
    )
    for place, one in enumerate(planned):
        for other in [*others, *planned[:place]]:
            _compare(one, other)


def _compare(one: Session, other: Session) -> None:
    if one.starts_at >= other.ends_at or other.starts_at >= one.ends_at:
        return
    if one.venue is not None and one.venue_id == other.venue_id:
        raise RoomTakenError(one.venue.name, other)
    if one.teacher is not None and _is_same_person(one.teacher, other.teacher):
        raise TeacherBusyError(one.teacher.name, other)


def _is_same_person(one: StaffProfile, other: StaffProfile | None) -> bool:
    if other is None:
        return False
    return one.pk == other.pk or (
        one.user_id is not None and one.user_id == other.user_id
    )


def _shares_place(sessions: Sequence[Session]) -> Q:
    rooms = {one.venue_id for one in sessions if one.venue_id}
    people = {one.teacher_id for one in sessions if one.teacher_id}
    profiles = StaffProfile.objects.filter(_same_people(people))
    return Q(venue__in=rooms) | Q(teacher__in=profiles.values("pk"))


def _same_people(profiles: Collection[int]) -> Q:
    """These rows of the people file, and those of the same accounts elsewhere."""
    accounts = StaffProfile.objects.filter(pk__in=profiles, user__isnull=False)
    return Q(pk__in=profiles) | Q(user__in=accounts.values("user"))
