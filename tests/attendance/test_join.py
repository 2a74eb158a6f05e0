"""Marks are joined: the order in which they come does not matter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.choices import AttendanceState, Source
from attendance.join import AUTHORITY, Mark, join

START = datetime(2026, 11, 9, 6, tzinfo=UTC)
# Few instants and people, so that ties are drawn too.
MARKS = st.builds(
    Mark,
    state=st.sampled_from(AttendanceState.values),
    source=st.sampled_from(Source.values),
    at=st.integers(0, 3).map(lambda minutes: START + timedelta(minutes=minutes)),
    by_id=st.none() | st.integers(1, 2),
)


def fold(marks):
    whole = marks[0]
    for one in marks[1:]:
        whole = join(whole, one)
    return whole


@given(st.lists(MARKS, min_size=1, max_size=8), st.randoms(), st.integers(1, 3))
def test_any_order_and_repetition_ends_in_the_same_record(marks, chance, times):
    shuffled = marks * times
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(marks)


@given(st.lists(MARKS, min_size=2, max_size=8), st.integers(1, 7))
def test_marks_joined_in_batches_first_end_in_the_same_record(marks, cut):
    cut = min(cut, len(marks) - 1)
    assert join(fold(marks[:cut]), fold(marks[cut:])) == fold(marks)


def test_every_source_has_its_authority():
    assert AUTHORITY.keys() == set(Source.values)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        # Leave was asked for, and the person came after all.
        ((AttendanceState.LEAVE, Source.SELF, 9), (AttendanceState.PRESENT, "qr", 0)),
        # A phone was in the room without its owner.
        ((AttendanceState.PRESENT, "qr", 9), (AttendanceState.ABSENT, "teacher", 0)),
        # A slip of the finger, put right.
        (
            (AttendanceState.PRESENT, "teacher", 0),
            (AttendanceState.ABSENT, "teacher", 1),
        ),
        # At the same instant, in doubt for the learner.
        ((AttendanceState.ABSENT, "qr", 0), (AttendanceState.PRESENT, "qr", 0)),
        ((AttendanceState.ABSENT, "import", 9), (AttendanceState.PRESENT, "group", 0)),
    ],
)
def test_the_stronger_word_stays(weaker, stronger):
    one, other = (
        Mark(state, source, START + timedelta(minutes=minutes))
        for state, source, minutes in (weaker, stronger)
    )
    assert join(one, other) == join(other, one) == other
