"""Progress is a join: order, duplication, batching and devices do not matter."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from learning.join import ProgressState, covered_s, join, union

START = datetime(2026, 11, 1, tzinfo=UTC)
BLOCKS = st.sampled_from(["v1", "v2"])
SECONDS = st.integers(0, 100).map(float)
MOMENTS = st.integers(0, 10_000).map(lambda s: START + timedelta(seconds=s))
INTERVALS = st.tuples(SECONDS, SECONDS).map(lambda pair: (min(pair), max(pair)))


@st.composite
def states(draw):
    opened, seen = sorted([draw(MOMENTS), draw(MOMENTS)])
    return ProgressState(
        opened_at=opened,
        seen_until=seen,
        done_at=draw(st.none() | MOMENTS),
        watched={
            block: union(parts)
            for block, parts in draw(
                st.dictionaries(BLOCKS, st.lists(INTERVALS, max_size=4), max_size=2)
            ).items()
        },
        positions=draw(
            st.dictionaries(BLOCKS, st.tuples(st.integers(0, 3), SECONDS), max_size=2)
        ),
        transcripts=draw(st.frozensets(BLOCKS)),
    )


def fold(reports):
    whole = reports[0]
    for one in reports[1:]:
        whole = join(whole, one)
    return whole


@given(st.lists(states(), min_size=1, max_size=8), st.randoms(), st.integers(1, 3))
def test_any_order_and_repetition_of_three_devices_ends_in_the_same_state(
    reports, chance, times
):
    shuffled = reports * times
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(reports)


@given(st.lists(states(), min_size=2, max_size=8), st.integers(1, 7))
def test_reports_joined_in_batches_first_end_in_the_same_state(reports, cut):
    cut = min(cut, len(reports) - 1)
    assert join(fold(reports[:cut]), fold(reports[cut:])) == fold(reports)


@given(states(), states())
def test_a_report_never_takes_anything_away(before, report):
    after = join(before, report)
    assert after.opened_at <= before.opened_at
    assert after.seen_until >= before.seen_until
    assert after.transcripts >= before.transcripts
    assert before.done_at is None or after.done_at <= before.done_at
    for block, parts in before.watched.items():
        assert covered_s(after.watched[block]) >= covered_s(parts)
        assert union([*after.watched[block], *parts]) == after.watched[block]
    for block, position in before.positions.items():
        assert after.positions[block] >= position


@given(st.lists(INTERVALS, max_size=10))
def test_a_union_is_sorted_disjoint_and_covers_the_same_whole_seconds(intervals):
    merged = union(intervals)
    assert list(merged) == sorted(merged)
    assert all(one[1] < two[0] for one, two in pairwise(merged))
    points = [x + 0.5 for x in range(101)]
    for point in points:
        inside = any(a <= point <= b for a, b in intervals)
        assert inside == any(a <= point <= b for a, b in merged)


def test_the_same_minute_watched_twice_counts_once():
    assert covered_s(union([(0.0, 60.0), (0.0, 60.0), (30.0, 45.0)])) == 60.0


def test_starting_over_opens_a_new_epoch_that_outranks_a_later_place_in_the_old_one():
    old = ProgressState(START, START, positions={"v1": (0, 90.0)})
    again = ProgressState(START, START, positions={"v1": (1, 5.0)})
    assert join(old, again).positions["v1"] == (1, 5.0)
    assert join(again, old).positions["v1"] == (1, 5.0)


def test_a_position_of_nothing_never_overwrites_a_real_one():
    old = ProgressState(START, START, positions={"v1": (0, 600.0)})
    fresh = ProgressState(START, START, positions={"v1": (0, 0.0)})
    assert join(old, fresh).positions["v1"] == (0, 600.0)
