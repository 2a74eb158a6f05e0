"""`make bench`: seed or take what was seeded, serve, measure, write `docs/performance.md`.

    make bench                               everything, about fifteen minutes when seeded
    make bench ARGS="--only 3,4"             these targets alone
    make bench ARGS="--database sqlite"      one of the two databases
    make bench ARGS="--grow"                 ten times the street
    make bench ARGS="--small"                seconds: whether the tool itself works
    make bench ARGS="--write"                write docs/performance.md from this run
    make bench ARGS="--base-url http://127.0.0.1:8080 --requests FILE --pid 123"

The last form drives any other server: FILE has a request a line as JSON (path, method,
headers, body), and the CPU of the children of that process is counted. What a run found
lies in `var/bench/last.json`; `python -m bench.speed.table FILE` prints it again.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dev
from bench.speed import table
from bench.speed.load import Driver, Supply, read_requests
from bench.speed.measuring import Measures
from bench.speed.serving import ROOT, Server, gunicorn, redis
from bench.speed.stand import SMALL, Pace, Runner, Stand
from bench.speed.targets import is_wanted, judge

VAR = Path(os.environ.get("BENCH_VAR") or ROOT / "var" / "bench")
# Guards nothing: the street exists while it is measured, on this machine alone.
NO_SECRET = "measured-here-and-served-to-nobody-" * 2
SITE = {
    "DJANGO_SETTINGS_MODULE": "learning_site.settings.production",
    "SECRET_KEY": NO_SECRET,
    "MFA_ENCRYPTION_KEY": NO_SECRET,
    "SITE_URL": "https://127.0.0.1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "ALLOW_SQLITE": "1",
    "MEDIA_DELIVERY": "python",
    "STATIC_ROOT": str(VAR / "static"),
    "PYTHONPATH": str(ROOT),
}
# As docs/operations.md has them: (workers, threads).
PROFILES = {"postgresql": (2, 4), "sqlite": (1, 8)}


def say(words: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def run(module: str, *arguments: str, env: dict[str, str]) -> None:
    """One of our own programs, to its end."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, **env})
    if done.returncode:
        raise SystemExit(f"{module} ended with {done.returncode}.")


def seed_key(size: str, database: str) -> str:
    """Changes with everything that decides what a seeded database holds."""
    files = [
        *ROOT.glob("*/migrations/*.py"),
        ROOT / "bench/speed/pages.py",
        ROOT / "bench/speed/street.py",
    ]
    files += [*ROOT.glob("bench/speed/yardstick*.py"), *ROOT.glob("search/backend/*")]
    return str(dev.digest_of(files, size, database, dev.find_postgres()))[:12]


def collect_static() -> None:
    """The hashed and compressed files, unless they are there from the last time."""
    digest = dev.digest_of((ROOT / "static").rglob("*"), "static")
    stamp = VAR / "static.digest"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("Collecting static files…")
    shutil.rmtree(VAR / "static", ignore_errors=True)
    env = {**os.environ, **SITE, "DATABASE_URL": f"sqlite:///{VAR}/none.sqlite3"}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(command, check=True, cwd=ROOT, env=env)
    stamp.write_text(digest)


def seed(size: str, facts: Path, urls: tuple[str, str]) -> None:
    """Fill both databases of a server: the site's and that of the yardsticks."""
    say(f"Seeding ({size})…")
    site, yardstick = urls
    run("bench.speed.street", size, str(facts), env={**SITE, "DATABASE_URL": site})
    cookies = facts.with_suffix(".cookies")
    env = {"DATABASE_URL": yardstick, "PYTHONPATH": str(ROOT)}
    run("bench.speed.yardstick_rows", "make", str(cookies), env=env)


@contextlib.contextmanager
def sqlite(size: str, var: Path) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Copies of the two seeded files; yields the facts and their addresses."""
    kept = VAR / f"{size}-{seed_key(size, 'sqlite')}"
    facts = kept / "facts.json"
    names = ("site.sqlite3", "yardstick.sqlite3")
    if not facts.exists():
        part = VAR / f"{kept.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        first, second = (f"sqlite:///{part / name}" for name in names)
        seed(size, part / "facts.json", (first, second))
        part.rename(kept)
    for name in names:
        for found in kept.glob(f"{name}*"):
            shutil.copy(found, var / found.name)
    first, second = (f"sqlite:///{var / name}" for name in names)
    yield facts, (first, second)


@contextlib.contextmanager
def postgresql(size: str, var: Path) -> Iterator[tuple[Path, tuple[str, str]]]:
    """A server that starts from the seeded one; yields the facts and the addresses."""
    programs = dev.find_postgres() or dev.install_postgres()
    if programs is None:
        raise SystemExit("PostgreSQL is missing: install postgresql.")
    kept = VAR / f"{size}-{seed_key(size, 'postgresql')}"
    facts, archive = kept / "facts.json", kept / "server.tar"
    if not archive.exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        with dev.throw_away_postgres(programs, keep=archive) as address:
            make_database(address, "yardstick")
            seed(size, facts, (address, beside(address, "yardstick")))
    with dev.throw_away_postgres(programs, begin=archive, durable=True) as address:
        yield facts, (address, beside(address, "yardstick"))


def beside(address: str, name: str) -> str:
    return address.rpartition("/")[0] + f"/{name}"


def make_database(address: str, name: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


def measure(database: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """All measures on one database."""
    size = "small" if options.small else "grown" if options.grow else "street"
    pace = SMALL if options.small else Pace()
    if options.seconds:
        pace.seconds = options.seconds
    if options.rounds:
        pace.rounds = options.rounds
    workers, threads = PROFILES[database]
    begin = {"postgresql": postgresql, "sqlite": sqlite}[database]
    with contextlib.ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        facts, (site_url, yardstick_url) = stack.enter_context(begin(size, var))
        say(f"== {database}, {workers} worker(s) with {threads} threads ==")
        cache = stack.enter_context(redis()) if workers > 1 else ""
        # Off, so that each cached thing is made anew for each request.
        env = {**SITE, "DATABASE_URL": site_url, "VAR_DIR": str(var)}
        # «Cached» is a page that is kept, also where a round takes longer than half a minute.
        warm = {
            **env,
            "CACHE_URL": cache or "locmemcache://",
            "PUBLIC_PAGE_SECONDS": "900",
        }
        serve = {"workers": workers, "threads": threads}
        application = "learning_site.wsgi:application"
        stand = Measures(
            database=database,
            facts=json.loads(facts.read_text("utf-8")),
            site=stack.enter_context(gunicorn(application, warm, **serve)),
            cold=stack.enter_context(
                gunicorn(
                    "bench.speed.cold:application",
                    {**env, "CACHE_URL": "locmemcache://"},
                    **serve,
                )
            ),
            yardstick=stack.enter_context(
                gunicorn(
                    "bench.speed.yardstick:application",
                    {"DATABASE_URL": yardstick_url, "PYTHONPATH": str(ROOT)},
                    **serve,
                )
            ),
            cookies=json.loads(facts.with_suffix(".cookies").read_text("utf-8")),
            pace=pace,
            env={**os.environ, **warm},
            wants=is_wanted(options.only),
            static_root=VAR / "static",
        )
        found = stand.run()
        found += raw_upsert(database, yardstick_url, 200 if options.small else 3000)
        found.append(
            {
                "number": 0,
                "measure": "profile",
                "database": database,
                "workers": workers,
                "threads": threads,
                "cache": "redis" if cache else "in each process",
                "counts": stand.facts["counts"],
            }
        )
        return found


def raw_upsert(database: str, address: str, count: int) -> list[dict[str, Any]]:
    """The floor under every write: no view, no session."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.speed.yardstick_rows", "raw", str(count)],
        env={**os.environ, "DATABASE_URL": address, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    taken = float(done.stdout)
    say(f"     raw upsert: {taken:.3f} ms")
    return [{"number": 0, "measure": "raw upsert", "database": database, "p50": taken}]


def drive_other(options: argparse.Namespace) -> int:
    """Drive a server that is not ours by its own requests."""
    pace = SMALL if options.small else Pace()
    driver = Driver(options.base_url)
    sent = read_requests(options.requests)
    status, _headers, body = driver.one(sent[0])
    say(f"{sent[0].path}: {status}, {len(body)} bytes")
    server = Server(options.base_url, options.pid)
    stand = Stand.__new__(Stand)
    stand.pace, stand.database, stand.measures = pace, "theirs", []
    for connections in pace.connections:
        runner = Runner("other", server, driver, Supply(sent))
        taken = stand.alternate([runner], connections)
        stand.keep(0, "other", taken["other"].figures(), connections=connections)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__,
    )  # fmt: skip
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--grow", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--database", choices=PROFILES, action="append")
    parser.add_argument("--seconds", type=float, help="of a slice")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--base-url")
    parser.add_argument("--requests", type=Path)
    parser.add_argument("--pid", type=int, default=os.getpid())
    parser.add_argument(
        "--only",
        type=lambda text: {int(one) for one in text.split(",")},
        default=set(),
        help="numbers of targets: 3,4",
    )
    options = parser.parse_args()
    if bool(options.base_url) != bool(options.requests):
        parser.error("--base-url and --requests go together.")
    return options


def main() -> int:
    """Measure what is asked for; 1 where a limit that must hold is missed."""
    options = read_options()
    if options.base_url:
        return drive_other(options)
    VAR.mkdir(parents=True, exist_ok=True)
    collect_static()
    measures = []
    for database in options.database or PROFILES:
        measures += measure(database, options)
    result = table.describe(measures, judge(measures))
    result["is_small"], result["is_grown"] = options.small, options.grow
    text = json.dumps(result, ensure_ascii=False, indent=1)
    last = VAR / "last.json"
    last.write_text(text, "utf-8")
    say(table.as_markdown(result))
    say(f"{last}: {hashlib.sha256(text.encode()).hexdigest()[:12]}")
    if options.write:
        table.write(result)
    is_good = all(one["verdict"] != "missed" for one in result["verdicts"])
    return (
        0 if is_good and all("failed" not in one["measure"] for one in measures) else 1
    )


if __name__ == "__main__":
    # So that the servers are stopped as well.
    signal.signal(signal.SIGTERM, dev.on_terminate)
    sys.exit(main())
