"""Lighthouse on five pages of the demo street, on a phone: `make lighthouse`.

Median of three runs a page; fails below the gates (UX §2.8). Lighthouse 12 is fetched by
npm into `var/lighthouse` at the first call; Chromium is named by CHROMIUM_PATH.
"""

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
TOOLS = VAR / "lighthouse"
PACKAGE = "lighthouse@12.8.2"
RUNS = int(os.environ.get("RUNS", "3"))
TRIES = 4
PAGES = {
    "home": "/",
    "catalogue": "/courses/",
    "course": "/schools/guihuayuan/courses/c01/",
    "lesson": "/schools/guihuayuan/courses/c01/lesson-1/",
    "news": "/news/",
}
GATES = {"performance": 95, "accessibility": 100, "best-practices": 95}
# Milliseconds, and a share of the screen: what UX §2.8 allows of the page that may most.
METRICS = {
    "largest-contentful-paint": 2000,
    "total-blocking-time": 100,
    "cumulative-layout-shift": 0.02,
}
CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


def main() -> int:
    """Measure, print the table, and return 1 where a gate is missed."""
    chrome = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if not chrome or not shutil.which("npm"):
        print("Chromium and npm (Node 20 or newer) are needed.")
        return 1
    if not (TOOLS / "node_modules" / "lighthouse").exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        install = ["npm", "install", "--prefix", str(TOOLS), "--no-audit", PACKAGE]
        subprocess.run(install, check=True, env=env)
    with served() as url:
        rows = {name: measure(url + path, chrome) for name, path in PAGES.items()}
    print_table(rows)
    return 1 if missed(rows) else 0


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The demo street with production's static files on a free port."""
    folder = VAR / "lighthouse-site"
    folder.mkdir(parents=True, exist_ok=True)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.lighthouse_settings",
        "VAR_DIR": str(folder),
    }
    env.pop("DATABASE_URL", None)
    for command in (
        ["migrate", "-v", "0", "--no-input"],
        ["load_demo", "--without-learners"],
        ["collectstatic", "-v", "0", "--no-input"],
    ):
        manage = [sys.executable, "manage.py", *command]
        subprocess.run(manage, cwd=ROOT, env=env, check=True)
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "learning_site.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    command += ["--log-level", "warning", "--graceful-timeout", "1"]
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url)
        for path in PAGES.values():  # templates are compiled once a process
            urllib.request.urlopen(url + path, timeout=60).close()  # noqa: S310
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(url: str) -> None:
    """Return when the server answers; an error after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/livez", timeout=5).close()  # noqa: S310
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def measure(address: str, chrome: str) -> dict[str, Any]:
    """Medians of the scores and metrics of one page, and what its best run lacked."""
    reports = [report_of(address, chrome) for _ in range(RUNS)]
    row: dict[str, Any] = {
        name: statistics.median(
            round(100 * report["categories"][name]["score"]) for report in reports
        )
        for name in GATES
    }
    for name in METRICS:
        row[name] = statistics.median(
            report["audits"][name]["numericValue"] for report in reports
        )
    audits = reports[-1]["audits"]
    row["bytes"] = audits["total-byte-weight"]["numericValue"]
    row["requests"] = len(audits["network-requests"]["details"]["items"])
    row["lacking"] = lacking(reports[-1])
    return row


def report_of(address: str, chrome: str) -> dict[str, Any]:
    """A report, asked for again when the browser lost the trace of a run (NO_NAVSTART).

    A run that ends without a report says nothing about the page.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(subprocess.CalledProcessError):
            return one_report(address, chrome)
    return one_report(address, chrome)


def one_report(address: str, chrome: str) -> dict[str, Any]:
    """Lighthouse's own report of one run."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "report.json"
        command = [str(TOOLS / "node_modules" / ".bin" / "lighthouse"), address]
        command += ["--quiet", "--form-factor=mobile", "--throttling-method=simulate"]
        command += ["--only-categories=" + ",".join(GATES), "--output=json"]
        command += [f"--output-path={target}"]
        command += [f"--chrome-flags={CHROME_FLAGS} --user-data-dir={scratch}/profile"]
        subprocess.run(
            command, check=True, env={**os.environ, "CHROME_PATH": chrome}, timeout=300
        )
        report: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        return report


def lacking(report: dict[str, Any]) -> list[str]:
    """Audits below 0.9 that count towards a gate."""
    return [
        f"{audit['id']}: {audit.get('displayValue', '')}"
        for name in GATES
        for one in report["categories"][name]["auditRefs"]
        if one["weight"]
        for audit in [report["audits"][one["id"]]]
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def missed(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Every gate that a page does not reach."""
    return [
        f"{page}: {name} {row[name]} < {least}"
        for page, row in rows.items()
        for name, least in GATES.items()
        if row[name] < least
    ] + [
        f"{page}: {name} {row[name]:.2f} > {most}"
        for page, row in rows.items()
        for name, most in METRICS.items()
        if row[name] > most
    ]


def print_table(rows: dict[str, dict[str, Any]]) -> None:
    """One line a page, then what is missing."""
    print(f"\n{'page':10} perf a11y best   LCP s  TBT ms  CLS     KB  requests")
    for page, row in rows.items():
        lcp, tbt, cls = (row[name] for name in METRICS)
        print(
            f"{page:10} {row['performance']:4.0f} {row['accessibility']:4.0f} "
            f"{row['best-practices']:4.0f} {lcp / 1000:7.2f} {tbt:7.0f} {cls:5.3f} "
            f"{row['bytes'] / 1024:6.0f} {row['requests']:6}"
        )
        for line in row["lacking"]:
            print(f"             {line}")
    for line in missed(rows):
        print("below the gate: " + line)


if __name__ == "__main__":
    sys.exit(main())
