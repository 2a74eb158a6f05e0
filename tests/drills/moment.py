"""R-07: back to the moment before a mistake, from a base copy and PostgreSQL's own log.

    make drills ARGS="moment --size street"

People report while a base copy is made and after it; somebody deletes rows and a table by
mistake; then the data is gone with its disk. Nobody ends the log's last file by hand, so
that what is lost is what a real loss would cost. The whole street goes on from the copy
and the log: what was acknowledged before the moment is there, the mistake is not, who was
erased since stays erased, sequences are ahead of the rows. What `deploy/postgresql` holds
is what is used; its copies lie in a folder that PostgreSQL's account can reach.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from bench.speed.serving import free_port
from tests.drills.acknowledged import TOLD, Report, Writers, compare
from tests.drills.restore import ERASE
from tests.production.estate import Estate
from tests.production.servers import ROOT, until

SOURCES = ROOT / "deploy" / "postgresql"
# Four minutes in deploy/postgresql/street.conf; nobody wants to wait for them here.
ENDED_AFTER_S = 2
# A file of the log is copied and written through; the server looks once a second.
COPIED_S = 2.0
BACK_S = 60.0
TABLE = "news_review"
MISTAKE = "DELETE FROM core_idempotencykey; DROP TABLE news_review CASCADE"
# Each sequence, with the table and the column that it numbers.
SEQUENCES = """
SELECT s.oid::regclass, d.refobjid::regclass, quote_ident(a.attname)
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
"""


class Archived:
    """The street's PostgreSQL with its log archived, and what an operator does there."""

    def __init__(self, street: Estate) -> None:
        self.street, self.database = street, street.database
        command = self.database.command
        self.data = Path(command[command.index("-D") + 1])
        self.programs = Path(command[0]).parent
        # Beside the data, in a folder that is of PostgreSQL's account.
        self.place = self.data.with_name("way-back")
        self.copies = self.place / "copies"
        self.log = self.copies / "log"
        self.tools = self.place / "lib"
        self.settings = self.place / "postgresql.conf"
        address = urlsplit(street.env["DATABASE_URL"])
        self.env = {
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "LC_ALL": "C",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(address.port),
            "PGUSER": unquote(address.username or ""),
            "PGPASSWORD": unquote(address.password or ""),
            # Nothing here may wait for ever.
            "PGOPTIONS": "-c lock_timeout=5s -c statement_timeout=30s",
            "PGDATABASE": address.path.strip("/"),
        }

    def install(self) -> None:
        """What docs/operations.md says, with folders of our own."""
        self.log.mkdir(parents=True)
        shutil.copytree(SOURCES, self.tools)
        said = (SOURCES / "street.conf").read_text("utf-8")
        for theirs, ours in (
            ("/usr/local/lib/street", self.tools),
            ("/srv/backup/postgresql", self.copies),
        ):
            assert theirs in said
            said = said.replace(theirs, str(ours))
        self.settings.write_text(
            f"include '{self.data}/postgresql.conf'\n{said}\n", "utf-8"
        )
        self.give(self.place)

    def give(self, folder: Path) -> None:
        """To PostgreSQL's account, with all that is in it."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.database.owner, -1)

    def run(
        self, *command: str | Path, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A program as PostgreSQL's account."""
        lent = self.database.owner != os.geteuid()
        return subprocess.run(
            [str(one) for one in command],
            cwd="/",
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            **({"user": self.database.owner, "extra_groups": []} if lent else {}),
        )

    def base(self, *arguments: str | Path) -> str:
        """`base.py` as the timer or the operator runs it.

        Raises:
            AssertionError: it ended with something else than 0.
        """
        done = self.run(self.tools / "base.py", *arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def refuses(self, *arguments: str | Path) -> str:
        """Why `base.py` does not do it.

        Raises:
            AssertionError: it does.
        """
        done = self.run(self.tools / "base.py", *arguments)
        assert done.returncode == 1, (arguments, done.stdout, done.stderr)
        return done.stderr

    def ask(self, said: str, *, port: int | None = None) -> str:
        """SQL to the server, or to another one at that port."""
        env = {"PGPORT": str(port)} if port else None
        done = self.run("psql", "-XAtw", "-v", "ON_ERROR_STOP=1", "-c", said, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def archived(self) -> str:
        """The newest file of the log in the archive."""
        return max(one.name[:24] for one in self.log.glob("*.gz"))

    @contextlib.contextmanager
    def beside(self, data: Path) -> Iterator[int]:
        """Another server on that data, at a port of its own; it archives nothing."""
        port = free_port()
        pg_ctl = [self.programs / "pg_ctl", "-D", data, "-s", "-w", "-t", "60"]
        options = f"-p {port} -h 127.0.0.1 -k '' -c archive_mode=off"
        log = self.place / f"{data.name}.log"
        done = self.run(*pg_ctl, "-l", log, "-o", options, "start")
        try:
            if done.returncode:
                raise AssertionError(log.read_text("utf-8"))
            yield port
        finally:
            self.run(*pg_ctl, "-m", "immediate", "stop")
            shutil.rmtree(data)


@contextlib.contextmanager
def archived(street: Estate) -> Iterator[Archived]:
    """Archiving for the time of the block; the data that was, where it fails."""
    kept = Archived(street)
    kept.install()
    usual = list(street.database.command)
    street.database.kill()
    more = [f"config_file={kept.settings}", f"archive_timeout={ENDED_AFTER_S}"]
    street.database.command += [part for one in more for part in ("-c", one)]
    street.database.start()
    lost = kept.data.with_name("lost")
    try:
        yield kept
    except BaseException:
        street.database.stop()
        if lost.exists():
            shutil.rmtree(kept.data, ignore_errors=True)
            lost.rename(kept.data)
        raise
    finally:
        street.database.stop()
        street.database.command = usual
        street.database.start()
        street.supervise()
        shutil.rmtree(kept.place)
        shutil.rmtree(lost, ignore_errors=True)


def back_to_a_moment(
    street: Estate, folder: Path, *, short: bool = False
) -> dict[str, Any]:
    """Lose rows, a table and then everything; go back; times in seconds, and counts.

    `short` leaves out two further servers: what PostgreSQL says to a gap, and the end of
    the log from the old disk.

    Raises:
        AssertionError: something is not as it was, or a harm was not told.
    """
    took: dict[str, Any] = {}
    erased = street.facts["names"][-2]
    with archived(street) as kept:
        before = kept.ask(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 - ours
        behind = _behind(kept)
        with Writers(street) as writers:
            until(lambda: writers.told_since(0), 20, "the first report")
            began = time.monotonic()
            kept.base("make", kept.copies)
            took["base_s"] = time.monotonic() - began
            copied_at = time.time()
            time.sleep(1)
            moment = kept.ask("SELECT clock_timestamp()")
            moment_at = time.time()
            segment = kept.ask("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
            kept.ask(MISTAKE)
            mistaken_at = time.time()
            # Nobody has noticed; somebody is erased.
            street.manage("shell", "-v0", "-c", ERASE.format(name=erased))
            kept.base("log")
            # One file of the log more, since nobody could see that the last one is
            # missing; and the end just before the next, as bad luck has it.
            newest = max(segment, kept.archived())
            until(lambda: kept.archived() > newest, BACK_S, "the archive")
            time.sleep(ENDED_AFTER_S - 0.5)
            killed_at = time.time()
            street.database.kill()
        kept.data.rename(kept.data.with_name("lost"))
        history = [one for one in writers.history if one.outcome == TOLD]
        due = [one for one in history if one.told_at < moment_at]
        # A completion leaves its key behind, by which it is found; a heartbeat does not.
        marks = [one for one in history if one.is_mark]
        late = [one for one in marks if one.asked_at > mistaken_at]
        took["acknowledged"] = len(due)
        assert any(one.told_at > copied_at for one in due), "the log was needed"

        took["lost_s"] = _lost(kept, late, killed_at)
        if not short:
            _old_disk(kept, late)
        took["lost_most_s"] = ENDED_AFTER_S + COPIED_S
        assert took["lost_s"] <= took["lost_most_s"], took
        _harm_is_told(kept, moment, segment, short=short)

        began = time.monotonic()
        kept.base("back", kept.copies, kept.data, "--to", moment)
        took["bytes"] = _bytes(kept.data)
        street.database.start()
        _looked_at(kept, before)
        assert _is_there(kept, erased), "the log ends before the erasure"
        street.manage("replay_erasures")
        session = f"__Host-session={street.facts['cookies']['learner'][2]}"
        page = street.ask("/learn/", Cookie=session)
        assert page.status == 200, page.text[:300]
        took["back_s"] = time.monotonic() - began

        found = compare(street, due, folder)
        assert not any(found.values()), found
        keys = _keys(kept)
        assert not [one.key for one in late if one.key in keys], "after the moment"
        assert not _is_there(kept, erased)
        assert _behind(kept) == behind, "a sequence is not ahead of its rows"
        _goes_on(street, kept, segment)
    # Without the archive, as the other drills know it.
    until(lambda: street.ask("/learn/", Cookie=session).status == 200, BACK_S, "web")
    return took


def _lost(kept: Archived, late: list[Report], killed_at: float) -> float:
    """How long before the end the first report was told that the archive does not have.

    All of the log that was archived, on a server beside: what a loss of the machine costs.
    """
    keys = _to_the_end(kept)
    assert any(one.key in keys for one in late), "nothing after the mistake"
    lost = [one.told_at for one in late if one.key not in keys]
    assert lost, "the last file of the log cannot have been archived"
    # Somebody may have been told while it was being killed.
    return max(killed_at - min(lost), 0.0)


def _old_disk(kept: Archived, late: list[Report]) -> None:
    """With the end of the log from the old disk nothing is lost."""
    keys = _to_the_end(kept, kept.data.with_name("lost") / "pg_wal")
    assert not [one.key for one in late if one.key not in keys], "the old disk has it"


def _to_the_end(kept: Archived, old: Path | None = None) -> set[str]:
    """Which reports are there at the end of the log."""
    data = kept.place / "to-the-end"
    kept.base("back", kept.copies, data)
    for path in old.iterdir() if old else ():
        new = data / "pg_wal" / path.name
        if path.is_file() and not new.exists():
            shutil.copyfile(path, new)
            kept.give(new)
    with kept.beside(data) as port:
        until(
            lambda: kept.ask("SELECT pg_is_in_recovery()", port=port) == "f",
            BACK_S,
            "the end of the log",
        )
        return _keys(kept, port=port)


def _harm_is_told(kept: Archived, moment: str, segment: str, *, short: bool) -> None:
    """A changed byte, a file of the log that is missing or cut off: each is named."""
    data = kept.place / "harmed"
    wanted: list[str | Path] = ["back", kept.copies, data, "--to", moment]
    (base,) = (kept.copies / "base").iterdir()
    path = max(base.rglob("base/*/*"), key=lambda one: one.stat().st_size)
    with _changed(path, lambda whole: whole[:-1] + bytes([whole[-1] ^ 1])):
        assert path.name in kept.refuses(*wanted)
        assert path.name in kept.refuses("check", kept.copies)
    kept_segment = kept.log / f"{segment}.gz"
    with _changed(kept_segment, lambda whole: whole[: len(whole) // 2]):
        assert segment in kept.refuses(*wanted)
    with _changed(kept_segment, lambda whole: None):
        assert segment in kept.refuses(*wanted)
        assert segment in kept.refuses("check", kept.copies)
        assert not data.exists()
        if not short:
            _gap_ends_it(kept, data, *wanted)
    kept.base("check", kept.copies)


def _gap_ends_it(kept: Archived, data: Path, *wanted: str | Path) -> None:
    """Whoever goes on all the same does not end up somewhere before the moment."""
    kept.base(*wanted, "--despite-gaps")
    try:
        with kept.beside(data):
            raise RuntimeError("a gap in the log was passed over")
    except AssertionError as ended:
        why = "recovery ended before configured recovery target was reached"
        assert why in str(ended)  # noqa: PT017


@contextlib.contextmanager
def _changed(path: Path, change: Any) -> Iterator[None]:
    """A file otherwise, or away, for the time of the block."""
    whole, stat = path.read_bytes(), path.stat()
    other = change(whole)
    if other is None:
        path.unlink()
    else:
        path.write_bytes(other)
    try:
        yield
    finally:
        path.write_bytes(whole)
        path.chmod(stat.st_mode)
        os.chown(path, stat.st_uid, stat.st_gid)


def _looked_at(kept: Archived, before: str) -> None:
    """It stands at the moment, and is read; then it goes on from there.

    It stands just before the mistake is committed. A table that is being dropped is locked
    by then, and is read afterwards.
    """
    state = "SELECT pg_get_wal_replay_pause_state()"
    until(lambda: kept.ask(state) == "paused", BACK_S, "the moment", kept.database.said)
    assert _keys(kept)
    kept.ask("SELECT pg_wal_replay_resume()")
    until(lambda: kept.ask("SELECT pg_is_in_recovery()") == "f", BACK_S, "the end")
    assert kept.ask(f"SELECT count(*) FROM {TABLE}") == before  # noqa: S608 - ours


def _goes_on(street: Estate, kept: Archived, segment: str) -> None:
    """People write and sign in; the log goes on being archived."""
    street.supervise()
    with Writers(street, phones=2) as again:
        until(lambda: again.told_since(0), BACK_S, "a report")
    form = {"login": street.facts["names"][7], "password": street.facts["password"]}
    kind = "application/x-www-form-urlencoded"
    came = street.post("/accounts/login/", "", urlencode(form).encode(), kind)
    assert "__Host-session=" in str(came.headers), (came.status, came.text[:300])
    # A base copy at once, as the document says: for the first minutes nothing else ends
    # a file of the log. The one before goes, and the log that led from it.
    kept.base("make", kept.copies, "--keep", "1")
    until(lambda: kept.archived()[:8] > segment[:8], BACK_S, "the new timeline")
    assert not (kept.log / f"{segment}.gz").exists()
    kept.base("log")
    kept.base("check", kept.copies)


def _behind(kept: Archived) -> set[str]:
    """Sequences whose next number is that of a row; one row was numbered by hand."""
    found = [one.split("|") for one in kept.ask(SEQUENCES).splitlines()]
    assert len(found) > 50, found
    asked = [
        f"SELECT '{name}' FROM {name} WHERE last_value + is_called::int <= "  # noqa: S608
        f"(SELECT max({column}) FROM {table})"
        for name, table, column in found
    ]
    return set(kept.ask(" UNION ALL ".join(asked)).splitlines())


def _keys(kept: Archived, *, port: int | None = None) -> set[str]:
    return set(kept.ask("SELECT key FROM core_idempotencykey", port=port).splitlines())


def _is_there(kept: Archived, name: str) -> bool:
    said = f"SELECT count(*) FROM accounts_user WHERE username = '{name}'"  # noqa: S608
    return kept.ask(said) == "1"


def _bytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
