"""The drills in their short form: what `make drills` does a hundred times."""

import pytest

from tests.drills import full_disk, parts
from tests.drills.crash import crash
from tests.drills.migrating import migrate_under_load
from tests.drills.moment import BACK_S, back_to_a_moment
from tests.drills.restart import restart
from tests.drills.restore import copy_and_restore


def test_nothing_acknowledged_is_lost_when_something_is_killed(street, tmp_path):
    verdict, said = crash(street, tmp_path, rounds=1)
    assert verdict.is_good, (verdict, said)
    assert verdict.told > 20
    assert verdict.refused == 0


def test_a_release_fails_no_request(street, tmp_path):
    verdict, said = restart(street, tmp_path, rounds=2)
    assert verdict.is_good, (verdict, said)
    assert said.endswith("failed []")
    assert verdict.unknown == 0


def test_the_newest_migrations_fail_no_request(former_street, tmp_path):
    verdict, said = migrate_under_load(former_street, tmp_path)
    assert verdict.is_good, (verdict, said)
    assert said.endswith("failed []")
    assert verdict.told > 20


@pytest.mark.parametrize("part", parts.DRILLS)
def test_without_a_part_the_rest_goes_on(street, part):
    away_for = parts.DRILLS[part](street)
    assert 0 < away_for < (5 if part == "search hung" else parts.BACK_S)
    session = f"__Host-session={street.facts['cookies']['learner'][0]}"
    assert street.ask("/learn/", Cookie=session).status == 200, "as before"


def test_everything_comes_back_from_a_copy(street, tmp_path):
    took = copy_and_restore(street, tmp_path)
    assert took["bytes"] > 100_000
    assert set(took) == {"back_up_s", "restore_s", "bytes"}


def test_the_moment_before_a_mistake_comes_back(street, tmp_path):
    took = back_to_a_moment(street, tmp_path, short=True)
    assert took["acknowledged"] > 20
    assert took["bytes"] > 10_000_000
    assert took["back_s"] < BACK_S


def test_a_full_disk_acknowledges_nothing(street, tmp_path):
    if not full_disk.may_mount(tmp_path):
        pytest.skip("no disk may be mounted here")
    full_disk.full_uploads(street)
    refused, told = full_disk.full_database(street)
    assert refused
    assert told == refused
