"""Servers under measurement, and what they cost by the kernel's own count."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 120


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A server that was started here: its address and its process."""

    base: str
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds of its workers so far."""
        return sum(cpu_of(pid) for pid in children_of(self.pid))

    def pss_mib(self) -> float:
        """Memory of it and its workers, what they share counted once."""
        return pss_of(self.pid) + self.pss_of_workers_mib()

    def pss_of_workers_mib(self) -> float:
        """Memory of its workers: of what they share with it, each has its part."""
        return sum(pss_of(pid) for pid in children_of(self.pid))


@contextlib.contextmanager
def gunicorn(
    application: str, env: dict[str, str], *, workers: int, threads: int
) -> Iterator[Server]:
    """Serve as `docs/operations.md` says, on a free port; yields once it answers."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", application,
        "--config", str(ROOT / "deploy" / "gunicorn.conf.py"),
        "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
        "--threads", str(threads), "--worker-class", "gthread",
        # A worker that is replaced takes the count of its CPU with it.
        "--max-requests", "0", "--keep-alive", "30", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, start_new_session=True
    )
    try:
        wait_for(port, process)
        deadline = time.monotonic() + START_S
        while len(children_of(process.pid)) < workers and time.monotonic() < deadline:
            time.sleep(0.1)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        stop(process)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis of our own for `CACHE_URL`; empty where there is none."""
    program = shutil.which("redis-server")
    try:
        import redis as client
    except ImportError:
        client = None
    if program is None or client is None:
        yield ""
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(port, process)
        yield f"rediscache://127.0.0.1:{port}/0"
    finally:
        stop(process)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the port accepts connections."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    found = []
    for folder in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(one) for one in (folder / "children").read_text().split()]
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, all its threads: nanoseconds where the kernel counts them."""
    total = 0
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        if total:
            return total / 1e9
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks = os.sysconf("SC_CLK_TCK")
        return (int(fields[11]) + int(fields[12])) / ticks
    return 0.0


def postgres_cpu_s() -> float:
    """CPU seconds of the PostgreSQL that this process has started; 0 without one."""
    servers = [pid for pid in children_of(os.getpid()) if _name(pid) == "postgres"]
    return sum(
        reaped_of(pid) + sum(cpu_of(one) for one in [pid, *children_of(pid)])
        for pid in servers
    )


def reaped_of(pid: int) -> float:
    """CPU seconds of those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def pss_of(pid: int) -> float:
    """Proportional memory of a process in MiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
