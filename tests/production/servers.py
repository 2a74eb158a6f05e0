"""Programs of a production site, each started, stopped, hung and killed by itself."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.speed.serving import children_of, free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
# Debian's packages; `make production-test` installs them.
NGINX_MODULES = Path("/usr/lib/nginx/modules")
BROTLI = NGINX_MODULES / "ngx_http_brotli_static_module.so"


def until(
    happens: Callable[[], bool],
    seconds: float,
    what: str,
    said: Callable[[], str] = str,
) -> float:
    """Wait until it is so; how long that took, in seconds.

    Raises:
        AssertionError: it did not come about in time; with what the program `said`.
    """
    began = time.monotonic()
    while not happens():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"{what}: not within {seconds} s\n{said()}")
        time.sleep(0.02)
    return time.monotonic() - began


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


class Program:
    """One program: its command line, its environment, its log."""

    # What it gets of us besides: descriptors.
    inherited: tuple[int, ...] = ()

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        env: Mapping[str, str] | None = None,
        code: Path = ROOT,
    ) -> None:
        self.code = code
        self.name, self.command, self.log = name, list(command), folder / f"{name}.log"
        self.env = {**os.environ, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was not started"
        return self.process.pid

    def start(self) -> None:
        """Begin; says nothing of whether it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.code,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.inherited,
            )

    def send(self, number: int) -> None:
        """A signal to the program itself."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """-9, with all that it started: nobody is asked and nothing is tidied up."""
        self._kill_family()
        if self.process is not None:
            self.process.wait(timeout=20)

    def _kill_family(self) -> None:
        # Stopped first, so that it begins nobody between the look and the blow.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGSTOP)
        for pid in self.family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def family(self) -> list[int]:
        """It and those it started."""
        return [self.pid, *children_of(self.pid)]

    def hang(self) -> None:
        """It still accepts, and never answers."""
        for pid in self.family():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self.family():
            os.kill(pid, signal.SIGCONT)

    # How an operator asks it to end.
    POLITE = signal.SIGTERM

    def stop(self) -> None:
        """As an operator would; killed where it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.go_on()
            self.send(self.POLITE)
        try:
            self.process.wait(timeout=45)
        except subprocess.TimeoutExpired:
            self.kill()

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


class Redis(Program):
    """A Redis that writes nothing to the disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [shutil.which("redis-server") or "redis-server"]
        command += ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--dir", str(folder)]
        super().__init__("redis", command, folder)

    def start(self) -> None:
        super().start()
        until(lambda: listens(self.port), START_S, "redis")

    @property
    def address(self) -> str:
        return f"rediscache://127.0.0.1:{self.port}/0"


class Nginx(Program):
    """nginx with the configuration of `deploy/nginx`, as `deploy/render.py` fills it in."""

    NAMES = ("learning.test", "editors.test", "files.test")

    def __init__(self, folder: Path, values: Mapping[str, str]) -> None:
        self.folder = folder / "nginx"
        self.http, self.https = free_port(), free_port()
        for name in ("cache", "log", "tmp"):
            (self.folder / name).mkdir(parents=True)
        self._make_certificate()
        self._write(values)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-e", str(self.folder / "log" / "first.log")]
        command += ["-c", str(self.folder / "nginx.conf")]
        super().__init__("nginx", command, folder)

    def start(self) -> None:
        super().start()
        until(lambda: listens(self.https), START_S, "nginx", self.said)

    def _make_certificate(self) -> None:
        names = ",".join(f"DNS:{name}" for name in self.NAMES)
        command = [shutil.which("openssl") or "openssl", "req", "-x509", "-nodes"]
        command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-keyout", str(self.folder / "key.pem"), "-days", "2"]
        command += ["-out", str(self.folder / "cert.pem"), "-subj", "/CN=learning.test"]
        command += ["-addext", f"subjectAltName={names}"]
        subprocess.run(command, check=True, capture_output=True)

    def _write(self, values: Mapping[str, str]) -> None:
        site, admin, files = self.NAMES
        given = {
            "SITE_NAME": site, "ADMIN_NAME": admin, "FILES_NAME": files,
            "CERTIFICATE": str(self.folder / "cert.pem"),
            "CERTIFICATE_KEY": str(self.folder / "key.pem"),
            "CACHE_DIR": str(self.folder / "cache"), "LOG_DIR": str(self.folder / "log"),
            "PAGES_DIR": str(ROOT / "templates"),
            "HTTP_PORT": f"127.0.0.1:{self.http}",
            "HTTPS_PORT": f"127.0.0.1:{self.https}", "HTTPS_SUFFIX": f":{self.https}",
        }  # fmt: skip
        command = [sys.executable, str(ROOT / "deploy" / "render.py")]
        command += [str(self.folder / "street")]
        command += ["--brotli"] if BROTLI.exists() else []
        env = {**os.environ, **given, **values}
        subprocess.run(command, check=True, env=env)
        spare = "".join(
            f"  {kind}_temp_path {self.folder}/tmp/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            (f"load_module {BROTLI};\n" if BROTLI.exists() else "")
            + ("user root;\n" if os.geteuid() == 0 else "")
            + f"daemon off;\nworker_processes 2;\npid {self.folder}/pid;\n"
            f"error_log {self.folder}/log/error.log warn;\n"
            "events { worker_connections 1024; }\n"
            "http {\n  include /etc/nginx/mime.types;\n  sendfile on;\n"
            f"  default_type application/octet-stream;\n{spare}"
            f"  include {self.folder}/street/site.conf;\n}}\n"
        )


class Postgres(Program):
    """A server that `dev.throw_away_postgres` has begun: to be killed and begun anew."""

    # Its «fast» end; the other waits for whoever is connected.
    POLITE = signal.SIGINT

    def __init__(self, folder: Path, port: int) -> None:
        (self.first,) = [
            pid for pid in children_of(os.getpid()) if _port_of(pid) == str(port)
        ]
        self.port = port
        status = Path(f"/proc/{self.first}/status").read_text()
        owner = next(x for x in status.splitlines() if x.startswith("Uid:")).split()[1]
        self.owner = int(owner)
        super().__init__("postgres", _arguments(self.first), folder)

    @property
    def pid(self) -> int:
        return self.process.pid if self.process is not None else self.first

    def kill(self) -> None:
        began = self.process is None
        self._kill_family()
        if began:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.first, 0)
        elif self.process is not None:
            self.process.wait(timeout=20)

    def start(self) -> None:
        """Begin again on what the disk holds, as the same account.

        Again and again, as a supervisor does: it refuses while somebody of before lives.
        """

        def is_there() -> bool:
            if self.process is None or self.process.poll() is not None:
                self._begin()
            # It listens before it has put right what a crash has left.
            asked = [str(Path(self.command[0]).with_name("pg_isready"))]
            asked += ["-q", "-h", "127.0.0.1", "-p", str(self.port)]
            return subprocess.run(asked, check=False).returncode == 0

        self.process = None
        until(is_there, START_S, "postgres", self.said)

    def _begin(self) -> None:
        lent = self.owner != os.geteuid()
        options = {"user": self.owner, "extra_groups": []} if lent else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                stdout=log,
                stderr=log,
                start_new_session=True,
                **options,
            )
        time.sleep(0.1)


def _arguments(pid: int) -> list[str]:
    raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    # An argument may be empty; after the last one there is nothing.
    return [one.decode() for one in raw.split(b"\0")][:-1]


def _port_of(pid: int) -> str:
    found = _arguments(pid)
    return found[found.index("-p") + 1] if "-p" in found else ""
