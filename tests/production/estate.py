"""A whole production site on one machine: what `deploy/` describes, on ports of its own."""

import contextlib
import http.client
import json
import os
import secrets
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dev
from tests.production.servers import (
    ROOT,
    START_S,
    Nginx,
    Postgres,
    Program,
    Redis,
    until,
)

SITE, ADMIN, FILES = Nginx.NAMES
# Connections are made to the loopback, whatever name is asked for.
TLS = ssl.create_default_context()
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


# As systemd begins a service with a socket: it is the third descriptor, and the process
# is told its own number (`sd_listen_fds`).
BEGIN = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class Web(Program):
    """gunicorn as `deploy/` has it, with a socket that stays when it is begun anew."""

    def __init__(self, folder: Path, env: Mapping[str, str], code: Path = ROOT) -> None:
        self.place = folder / "web.sock"
        self.socket: socket.socket | None = None
        configuration = str(ROOT / "deploy" / "gunicorn.conf.py")
        self.asked = ["-m", "gunicorn", "-c", configuration, "learning_site.wsgi"]
        more = {**env, "WEB_LOG_LEVEL": "warning"}
        super().__init__("web", [], folder, more, code)

    def start(self) -> None:
        if self.socket is None:
            self.place.unlink(missing_ok=True)
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(str(self.place))
            self.socket.listen(2048)
        descriptor = self.socket.fileno()
        self.inherited = (descriptor,)
        self.command = [sys.executable, "-c", BEGIN, str(descriptor), *self.asked]
        super().start()
        until(self.answers, START_S, "web", self.said)

    def answers(self) -> bool:
        """Whether a worker says that it lives."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(5)
            asked.connect(str(self.place))
            asked.sendall(b"GET /livez HTTP/1.0\r\nHost: learning.test\r\n\r\n")
            return b"200" in asked.recv(64)
        return False

    def go_away(self) -> None:
        """Stopped together with its socket: nobody is there to be asked."""
        self.stop()
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def restart(self) -> None:
        """A release: the old one finishes, the new one is asked what waited meanwhile."""
        self.stop()
        self.start()

    def workers(self) -> list[int]:
        return self.family()[1:]


@dataclass
class Estate:
    """The programs, and what one does with them."""

    folder: Path
    env: dict[str, str]
    database: Postgres
    redis: Redis
    nginx: Nginx
    web: Web
    tasks: Program
    facts: dict[str, Any] = field(default_factory=dict)
    code: Path = ROOT

    @property
    def url(self) -> str:
        return f"https://{SITE}:{self.nginx.https}"

    def ask(
        self,
        path: str,
        *,
        host: str = SITE,
        method: str = "GET",
        body: bytes | str | None = None,
        timeout: float = 30,
        **headers: str,
    ) -> Answer:
        """One request through nginx, on a connection of its own.

        Raises:
            OSError, http.client.HTTPException: no answer came.
        """
        where = ("127.0.0.1", self.nginx.https)
        asked = http.client.HTTPSConnection(*where, timeout=timeout, context=TLS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            asked.request(
                method, path, body, {"Host": f"{host}:{self.nginx.https}", **named}
            )
            came = asked.getresponse()
            return Answer(came.status, came.headers, came.read())
        finally:
            asked.close()

    def write(self, path: str, session: str, said: Mapping[str, Any]) -> Answer:
        """JSON as the page's queue sends it."""
        return self.post(path, session, json.dumps(said).encode(), "application/json")

    def post(
        self,
        path: str,
        session: str,
        body: bytes,
        kind: str = "application/octet-stream",
    ) -> Answer:
        """A POST of somebody's page, with the token that protects it."""
        token = "a" * 32
        return self.ask(
            path,
            method="POST",
            body=body,
            Content_Type=kind,
            Accept="application/json",
            Cookie=f"__Host-csrf={token}; __Host-session={session}",
            X_CSRFToken=token,
            Origin=self.url,
        )

    def supervise(self) -> None:
        """Start again what has ended, as systemd does: the queue's worker ends when its
        database does.
        """
        if self.tasks.process is not None and self.tasks.process.poll() is not None:
            self.tasks.start()

    def manage(self, *arguments: str, **env: str) -> str:
        """A management command, as the operator types it; what it said.

        Raises:
            AssertionError: it failed.
        """
        return self.run("manage.py", *arguments, **env)

    def run(self, *arguments: str, code: Path | None = None, **env: str) -> str:
        """A program of ours with the site's environment."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=code or self.code,
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout


@contextlib.contextmanager
def estate(folder: Path, *, size: str = "small", code: Path = ROOT) -> Iterator[Estate]:
    """Build it, fill it, serve it; and take all of it away again.

    `code`: the release that fills the database and serves, another than this one's where
    a migration is tried.
    """
    folder.mkdir(parents=True, exist_ok=True)
    programs = dev.find_postgres()
    assert programs, "no PostgreSQL here"
    with dev.throw_away_postgres(programs, durable=True) as address:
        database = Postgres(folder, int(str(urlsplit(address).port)))
        redis = Redis(folder)
        folder.chmod(0o711)
        socket_path = folder / "web.sock"
        static, media = folder / "static", folder / "media"
        nginx = Nginx(
            folder,
            {
                "UPSTREAM": f"unix:{socket_path}",
                "STATIC_ROOT": str(static),
                "MEDIA_ROOT": str(media),
            },
        )
        port = nginx.https
        env = {
            "DJANGO_SETTINGS_MODULE": "learning_site.settings.production",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "MFA_ENCRYPTION_KEY": secrets.token_urlsafe(64),
            "SITE_URL": f"https://{SITE}:{port}",
            "ADMIN_URL": f"https://{ADMIN}:{port}",
            "FILES_URL": f"https://{FILES}:{port}",
            "ALLOWED_HOSTS": f"{SITE},{ADMIN}",
            "CSRF_TRUSTED_ORIGINS": f"https://{SITE}:{port},https://{ADMIN}:{port}",
            "DATABASE_URL": address,
            "CACHE_URL": redis.address,
            "TASK_QUEUE": "database",
            "VAR_DIR": str(folder),
            "MEDIA_ROOT": str(media),
            "STATIC_ROOT": str(static),
            "ERASURE_JOURNAL": str(folder / "journal" / "erasures.jsonl"),
        }
        web = Web(folder, env, code)
        queue = [sys.executable, "manage.py", "db_worker", "--no-reload"]
        tasks = Program("tasks", queue, folder, env, code)
        made = Estate(folder, env, database, redis, nginx, web, tasks, code=code)
        try:
            redis.start()
            collected = threading.Thread(
                target=made.manage, args=("collectstatic", "--noinput", "-v0")
            )
            collected.start()
            made.manage("migrate", "-v0")
            facts = folder / "facts.json"
            made.run("-m", "bench.speed.street", size, str(facts))
            made.facts = json.loads(facts.read_text("utf-8"))
            collected.join()
            web.start()
            if code == ROOT:  # an older release knows no queue
                tasks.start()
            nginx.start()
            yield made
        finally:
            # A drill may have put another release in the place of the first one.
            for one in (nginx, made.web, tasks, redis, database):
                one.stop()


@contextlib.contextmanager
def with_objects(street: Estate, folder: Path) -> Iterator[Estate]:
    """Another machine beside the street's, whose uploads lie in an object store.

    The store is moto's: it speaks S3 as far as the site does.
    """
    import boto3
    from moto.server import ThreadedMotoServer

    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    address = "http://{}:{}".format(*store.get_host_and_port())
    known = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1", **known)
    client.create_bucket(Bucket="street")
    folder.chmod(0o711)
    media = folder / "media"
    nginx = Nginx(
        folder,
        {
            "UPSTREAM": f"unix:{folder / 'web.sock'}",
            "STATIC_ROOT": street.env["STATIC_ROOT"],
            "MEDIA_ROOT": str(media),
            "OBJECTS_URL": address,
        },
    )
    env = {
        **street.env,
        "SITE_URL": f"https://{SITE}:{nginx.https}",
        "ADMIN_URL": f"https://{ADMIN}:{nginx.https}",
        "FILES_URL": f"https://{FILES}:{nginx.https}",
        "CSRF_TRUSTED_ORIGINS": f"https://{SITE}:{nginx.https}",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(media),
        "WEB_WORKERS": "1",
        "OBJECT_STORE_URL": address,
        "OBJECT_STORE_BUCKET": "street",
        "OBJECT_STORE_KEY": "key",
        "OBJECT_STORE_SECRET": "secret",
    }
    web = Web(folder, env)
    made = Estate(
        folder, env, street.database, street.redis, nginx, web, street.tasks,
        facts=street.facts,
    )  # fmt: skip
    try:
        web.start()
        nginx.start()
        yield made
    finally:
        nginx.stop()
        web.stop()
        store.stop()
