"""R-08: the newest migrations on a full database, while the previous release serves.

The previous release is the commit before the newest migration was added. It is checked
out beside this one, fills the database with its own models and serves residents who read
and write; then `migrate` of this one runs, waiting two seconds at most for any table; and
the previous release goes on on the new tables, as it does until its workers are replaced.
No request may fail. Then this release takes over.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.drills.acknowledged import TOLD, UNKNOWN, Verdict, Writers, judge
from tests.drills.restart import Readers
from tests.production.estate import Estate, Web, estate
from tests.production.servers import ROOT, until

LOCK_OPTIONS = "-c jit=off -c lock_timeout=2s"
ROWS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
    cursor.execute("SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class WHERE relkind = 'r'")
    print("ROWS", cursor.fetchone()[0])
"""


def git(*arguments: str) -> str:
    """What git answers about this checkout.

    Raises:
        subprocess.CalledProcessError: there is no history here.
    """
    command = [shutil.which("git") or "git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def previous_release() -> str:
    """The commit before the newest migration was added; empty without history.

    Several migrations put together in one change nothing where they were applied before.
    """
    newest = ["log", "-1", "--diff-filter=A", "--format=%H", "--"]
    newest += ["*/migrations/0*.py", ":!*/migrations/*_squashed_*"]
    try:
        return git("rev-parse", git(*newest) + "^")
    except subprocess.CalledProcessError:
        return ""


@contextlib.contextmanager
def on_the_previous_release(
    folder: Path, *, size: str = "small", previous: str = ""
) -> Iterator[Estate]:
    """A site of its own with the code and the database of that release."""
    commit = previous or previous_release()
    assert commit, "no history here: clone with it"
    old = folder / "previous"
    git("worktree", "add", "--detach", "--force", str(old), commit)
    try:
        # The street of the benchmark, with the models of that release.
        if not (old / "bench" / "speed").is_dir():
            shutil.copytree(ROOT / "bench" / "speed", old / "bench" / "speed")
        with estate(folder / "site", size=size, code=old) as street:
            yield street
    finally:
        git("worktree", "remove", "--force", str(old))


def migrate_under_load(street: Estate, folder: Path) -> tuple[Verdict, str]:
    """The drill on such a site; the verdict, and what was seen.

    Raises:
        AssertionError: a migration waited too long, or the new release does not serve.
    """
    said = street.manage("shell", "-v0", "-c", ROWS)
    rows = int(next(x for x in said.splitlines() if x.startswith("ROWS")).split()[1])
    new = {"DATABASE_OPTIONS": LOCK_OPTIONS}
    with Writers(street) as writers, Readers(street) as readers:
        until(lambda: writers.told_since(0), 20, "the first report")
        time.sleep(2)
        began = time.monotonic()
        street.run("manage.py", "migrate", "--noinput", "-v0", code=ROOT, **new)
        took = time.monotonic() - began
        before = len(writers.history) + writers.phones
        until(lambda: writers.told_since(before), 20, "the previous release goes on")
        time.sleep(2)
    unknown = [one for one in writers.history if one.outcome == UNKNOWN]
    failed = readers.failed + [f"report: {one.status}" for one in unknown]
    slowest = max(one.seconds for one in writers.history)
    written = sum(one.outcome == TOLD for one in writers.history)
    verdict = judge(street, writers, folder)
    _take_over(street)
    return verdict, (
        f"{rows} rows, migrate {took:.1f} s, {readers.read} pages, {written} reports, "
        f"the slowest {slowest:.2f} s, failed {failed}"
    )


def _take_over(street: Estate) -> None:
    street.web.stop()
    street.code = ROOT
    street.web = Web(street.folder, street.env)
    street.web.start()
    session = street.facts["cookies"]["learner"][0]
    answer = street.ask("/learn/", Cookie=f"__Host-session={session}")
    assert answer.status == 200, answer.text[:300]
