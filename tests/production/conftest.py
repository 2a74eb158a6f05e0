"""The production site, once for all its tests; only `make production-test` builds it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production.estate import Estate, estate, with_objects

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
        tempfile.TemporaryDirectory(prefix="district-") as folder,
        with_objects(street, Path(folder)) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def street() -> Iterator[Estate]:
    """Everything that `deploy/` describes, running."""
    with (
        tempfile.TemporaryDirectory(prefix="production-") as folder,
        estate(Path(folder)) as made,
    ):
        yield made
