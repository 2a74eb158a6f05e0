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

from tests.shared import ROOT, demo_environment, demo_folder, locked, run_on

START_S = 60.0


@dataclass(frozen=True)
class Street:
    """Where the street answers, and what `street_data` wrote down about it."""

    url: str
    paths: dict[str, str]
    sessions: dict[str, str]
    errors: dict[str, str]


def fill(folder: Path, shared: Path) -> None:
    """Put the demo into this folder, and the states that it does not have."""
    shutil.copytree(demo_folder(shared), folder, dirs_exist_ok=True)
    facts = str(folder / "street.json")
    run_on(folder, "-m", "tests.browser.street_data", facts)


def filled(shared: Path) -> Path:
    """The folder with the street that all workers share; the first one fills it.

    STREET_DIR names a folder that was filled before, to save the time of it.
    """
    given = os.environ.get("STREET_DIR")
    folder = Path(given) if given else shared / "street"
    with locked(shared / "street.lock"):
        if not (folder / "street.json").exists():
            fill(folder, shared)
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
            command, cwd=ROOT, env=demo_environment(own), stdout=log, stderr=log
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
