"""The migrated database of the PostgreSQL stage, made while the first stage begins.

`python -m tests.postgres_template`, with DATABASE_URL and TESTS_SHARED_DIR. The first
worker of a stage migrates and the other waits; meanwhile the second core is free for
this. What fails here is done by the stage itself, which says what was wrong.
"""

import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg

MAKING = "migrated_template_in_the_making"


def main() -> None:
    """Migrate one from nothing; it has its name, and is found, when it is whole."""
    django.setup()
    from tests.shared import ROOT, TEMPLATE, locked

    folder = Path(os.environ["TESTS_SHARED_DIR"])
    address = os.environ["DATABASE_URL"]
    env = {**os.environ, "DATABASE_URL": f"{address.rpartition('/')[0]}/{MAKING}"}
    command = [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"]
    with (
        locked(folder / "migrated.postgresql.lock"),
        psycopg.connect(address, autocommit=True) as server,
    ):
        server.execute(f'CREATE DATABASE "{MAKING}"')
        subprocess.run(command, cwd=ROOT, env=env, check=True)  # noqa: S603 (our own)
        server.execute(f'ALTER DATABASE "{MAKING}" RENAME TO "{TEMPLATE}"')
        (folder / "migrated.postgresql").touch()


if __name__ == "__main__":
    main()
