"""R-01a and R-01b through the real server, in the short form that every commit runs.

Forty people instead of two hundred, so that six runs fit into twenty seconds on two
cores; `make drills` has the two hundred runs of two hundred. On SQLite one process
serves, which is how such an instance is run; on PostgreSQL four.
"""

import os
import socket
import subprocess
import sys
from contextlib import closing
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def address_of_test_database():
    """The address at which a process of its own finds the tables of this test."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    password = quote(facts["PASSWORD"], safe="")
    return (
        f"postgres://{facts['USER']}:{password}@{facts['HOST']}:{facts['PORT']}"
        f"/{facts['NAME']}"
    )


def drill(tmp_path, *arguments):
    """What `seat_rush` ends with and says, on the test's own database."""
    is_sqlite = connection.vendor == "sqlite"
    serving = ["--workers", "1", "--threads", "8"] if is_sqlite else ["--workers", "4"]
    command = [sys.executable, "-m", "tests.drills.seat_rush", *serving]
    command += ["--port", str(free_port()), *arguments]
    address, var = address_of_test_database(), str(tmp_path)
    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, "VAR_DIR": var},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_six_rushes_sell_no_seat_twice_and_two_without_the_guard_do(tmp_path):
    code, said = drill(tmp_path, "--runs", "6", "--people", "40", "--teeth", "2")
    assert code == 0, said
    assert "0 oversold, 0 of 6 runs with a fault" in said
    assert "guard off: 2 of 2 oversold" in said
