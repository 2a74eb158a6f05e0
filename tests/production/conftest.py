"""The production site, once for all its tests; only `make production-test` builds it."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.drills.migrating import on_the_previous_release, previous_release
from tests.production.estate import Estate, estate, with_objects

SITES = {"street": estate, "former_street": on_the_previous_release}

# It needs nginx, Redis and PostgreSQL, and two minutes.
if os.environ.get("PRODUCTION_TEST") != "1":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(autouse=True)
def supervised(street: Estate) -> None:
    """What ended in the test before runs again."""
    street.supervise()


@pytest.fixture(scope="session")
def district(street: Estate) -> Iterator[Estate]:
    """A second machine of the same site: what is uploaded there lies in a bucket."""
    with (
        TemporaryDirectory(prefix="district-") as folder,
        with_objects(street, Path(folder)) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def sites(request: pytest.FixtureRequest) -> Iterator[dict[str, Estate]]:
    """The sites of this run's tests, built beside each other before the first of them.

    Building takes a core each. Half of a drill is waiting, and it measures: nothing is
    built beside it.
    """
    wanted = {"street"}
    for item in request.session.items:
        wanted.update(getattr(item, "fixturenames", ()))
    if not previous_release():
        wanted.discard("former_street")
    with contextlib.ExitStack() as stack:
        builders = stack.enter_context(ThreadPoolExecutor(len(SITES)))
        begun = {}
        for name in SITES.keys() & wanted:
            folder = stack.enter_context(TemporaryDirectory(prefix="production-"))
            way = SITES[name](Path(folder))
            begun[name] = builders.submit(way.__enter__)
            stack.callback(_leave, way, begun[name])
        yield {name: future.result() for name, future in begun.items()}


def _leave(way: AbstractContextManager[Estate], entered: Future[Estate]) -> None:
    """Take away what was built, also when the other site could not be."""
    if entered.exception() is None:
        way.__exit__(None, None, None)


@pytest.fixture(scope="session")
def street(sites: dict[str, Estate]) -> Estate:
    """Everything that `deploy/` describes, running."""
    return sites["street"]


@pytest.fixture(scope="session")
def former_street(sites: dict[str, Estate]) -> Estate:
    """The same as it was before the newest migration."""
    if "former_street" not in sites:
        pytest.skip("the history of the project is not here")
    return sites["former_street"]
