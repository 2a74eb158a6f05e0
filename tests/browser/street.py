"""A demo street behind its own server, for tests that look at pages and change nothing.

The live server of pytest-django shares its database with the test and is emptied after
each. These tests want a street full of courses and people, loaded once.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "learning_site.settings.development"
START_S = 60.0


@dataclass(frozen=True)
class Street:
    """Where the street answers, and what `street_data` wrote down about it."""

    url: str
    paths: dict[str, str]
    sessions: dict[str, str]
    errors: dict[str, str]


def environment(folder: Path) -> dict[str, str]:
    """Of the commands below: the demo's settings, everything written to `folder`."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "CACHE_URL", "MEDIA_ROOT", "STATIC_ROOT")
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "VAR_DIR": str(folder),
        "DEBUG": "0",
        "PYTHONUTF8": "1",
    }


def fill(folder: Path) -> None:
    """Load the street into this empty folder; about forty seconds of one core."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.browser.street_data"]
    done = subprocess.run(  # noqa: S603 (our own program)
        [*command, str(folder / "street.json")],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def filled(shared: Path) -> Path:
    """The folder with the street that all workers share; the first one fills it.

    STREET_DIR names a folder that was filled before, to save the time of it.
    """
    import fcntl

    given = os.environ.get("STREET_DIR")
    folder = Path(given) if given else shared / "street"
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "street.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "street.json").exists():
            fill(folder)
    return folder


@contextlib.contextmanager
def served(source: Path, own: Path) -> Iterator[Street]:
    """Serve a copy of a filled folder on a free port, and stop at the end."""
    shutil.copytree(source, own, dirs_exist_ok=True)
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "learning_site.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    command += ["--worker-class", "gthread", "--graceful-timeout", "1"]
    command += ["--no-control-socket", "--log-level", "warning"]
    with (own / "server.log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 (our own server)
            command, cwd=ROOT, env=environment(own), stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, server, own / "server.log")
            facts = json.loads((own / "street.json").read_text(encoding="utf-8"))
            yield Street(url=url, **facts)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            opener.open(f"{url}/livez", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])
