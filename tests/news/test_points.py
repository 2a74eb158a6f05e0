"""What adoptions are worth (PUB-04, PUB-07)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.points import Adopted, Switches, Worth, points_of

WORTH = {
    "city": Worth(Decimal(4), Decimal(2)),
    "district": Worth(Decimal(2), Decimal(1)),
}


def adopted(pk: int, **facts: object) -> Adopted:
    defaults = {
        "submission_id": 1,
        "kind": "paper",
        "level": "district",
        "published_on": date(2026, 11, pk),
    }
    return Adopted(pk=pk, **(defaults | facts))  # type: ignore[arg-type]


def test_one_story_counts_once_in_a_class_of_outlet_where_it_is_worth_most():
    rows = [adopted(1), adopted(2, level="city"), adopted(3, kind="tv")]
    assert points_of(rows, WORTH, Switches()) == {1: 0, 2: 4, 3: 2}


def test_of_two_worth_the_same_the_earlier_counts_whatever_the_order_of_the_rows():
    rows = [adopted(2), adopted(1)]
    assert points_of(rows, WORTH, Switches()) == {1: 2, 2: 0}
    assert points_of(rows[::-1], WORTH, Switches()) == {1: 2, 2: 0}


def test_two_stories_in_one_class_both_count():
    rows = [adopted(1), adopted(2, submission_id=2)]
    assert points_of(rows, WORTH, Switches()) == {1: 2, 2: 2}


def test_where_the_switch_is_off_every_adoption_counts():
    assert points_of([adopted(1), adopted(2)], WORTH, Switches(once_a_class=False)) == {
        1: 2,
        2: 2,
    }


@pytest.mark.parametrize(("counts", "points"), [(False, 0), (True, 2)])
def test_a_repost_counts_only_where_the_switch_says_so(counts, points):
    rows = [adopted(1, is_repost=True)]
    assert points_of(rows, WORTH, Switches(reposts=counts)) == {1: points}


def test_a_repost_takes_no_place_from_the_story_itself():
    rows = [adopted(1, is_repost=True), adopted(2)]
    assert points_of(rows, WORTH, Switches()) == {1: 0, 2: 2}


def test_a_brief_item_is_worth_its_own_points():
    assert points_of([adopted(1, is_brief=True)], WORTH, Switches()) == {1: 1}


def test_a_level_without_a_rule_brings_nothing():
    assert points_of([adopted(1, level="national")], WORTH, Switches()) == {1: 0}


rows_of_any_kind = st.lists(
    st.builds(
        adopted,
        st.integers(1, 28),
        submission_id=st.integers(1, 3),
        kind=st.sampled_from(["paper", "tv"]),
        level=st.sampled_from(["city", "district", "none"]),
        is_brief=st.booleans(),
        is_repost=st.booleans(),
    ),
    unique_by=lambda one: one.pk,
)


@given(rows_of_any_kind)
def test_counting_once_never_brings_more_and_each_class_counts_once(rows):
    every = points_of(rows, WORTH, Switches(once_a_class=False))
    once = points_of(rows, WORTH, Switches())
    assert set(every) == set(once) == {one.pk for one in rows}
    assert all(once[pk] in (0, every[pk]) for pk in every)
    counted = [(one.submission_id, one.kind) for one in rows if once[one.pk]]
    assert len(counted) == len(set(counted))
    best: dict[tuple[int, str], Decimal] = {}
    for one in rows:
        key = (one.submission_id, one.kind)
        best[key] = max(best.get(key, Decimal(0)), every[one.pk])
    assert sum(once.values()) == sum(best.values())
