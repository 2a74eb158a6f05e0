"""Work that happens by itself over many rows: the trouble of one is not that of all."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)


def each_alone(rows: Iterable[Row], act: Callable[[Row], int], *, trouble: str) -> int:
    """Call `act` with each row; the sum of what it returns.

    Whatever `act` raises is logged, and the next row is taken. `act` opens the row's
    transaction itself: a service that waits for a lock tries again only where it stands
    in nobody else's.

    Args:
        rows: what is to be done, one by one.
        act: does it for one row, and says how much was done.
        trouble: the line of the log, with one `%s` for the row's number. Not the row
            itself: logs hold no names.
    """
    total = 0
    for row in rows:
        try:
            total += act(row)
        except Exception:
            logger.exception(trouble, row.pk)
    return total


def commands_alone(names: Iterable[str]) -> None:
    """Run management commands one after the other; one that fails stops no other.

    Raises:
        CommandError: names those that failed, once all have run, so that a timer or cron
            says so. What they raised is in the log.
    """
    failed = []
    for name in names:
        try:
            call_command(name, verbosity=0)
        except Exception:
            logger.exception("%s failed", name)
            failed.append(name)
    if failed:
        raise CommandError(f"failed: {', '.join(failed)}")
