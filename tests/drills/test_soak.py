"""What the hours of steady use are judged by."""

from dataclasses import replace

from tests.drills.acknowledged import Verdict
from tests.drills.soak import Look, Soaked

GOOD = Verdict(10, 0, 0, [], [], [])


def hours(
    *,
    memory=lambda at: 300,
    connections=lambda at: 8,
    seconds=lambda at: 0.05,
    verdict=GOOD,
):
    """Five seconds with a hundred looks and answers, a tenth of them the beginning."""
    looks = [Look(at, memory(at), connections(at)) for at in range(100)]
    return Soaked(verdict, 5 / 60, looks, [(at, seconds(at)) for at in range(100)])


def test_what_stays_as_it_was_is_flat():
    assert hours().is_flat
    # The beginning is not asked, and what goes down may.
    assert hours(memory=lambda at: 100 if at < 9 else 300).is_flat
    assert hours(seconds=lambda at: 0.09 - at / 2000).is_flat


def test_what_grows_is_not():
    assert not hours(memory=lambda at: 300 + at).is_flat
    assert not hours(connections=lambda at: 8 + at // 20).is_flat
    assert not hours(seconds=lambda at: 0.05 + at / 2000).is_flat
    failed = hours()
    failed.failed.append("/: 500")
    assert not failed.is_flat


def test_what_was_not_taken_is_not_good():
    assert not hours(verdict=replace(GOOD, refused=1)).is_flat
    assert not hours(verdict=replace(GOOD, unknown=1)).is_flat
    asked_less = hours()
    asked_less.minutes = 2 * asked_less.minutes
    assert asked_less.answered < 0.6
    assert not asked_less.is_flat


def test_it_is_told_in_a_line():
    said = str(hours(memory=lambda at: 300 + at))
    assert "100 answers, 100% of what was wanted; memory ×1.18 of 300 MiB" in said
    assert "connections 8 and 8, p95 ×1.00 of 50 ms, failed []" in said
