"""How the site is served: `gunicorn -c deploy/gunicorn.conf.py learning_site.wsgi`.

Workers with threads: most of a request waits for the database, and two workers of four
threads fit a machine of two cores (docs/performance.md). The site is loaded once, before
the workers begin: they share what it takes of memory, and one that ends is replaced in a
moment.

A release is `kill -USR2`: a second gunicorn loads the new code while the old one serves,
on the same socket. Its first worker tells the old one to finish what it was asked and
leave. Where the new code does not load, the old one stays.
"""

import contextlib
import gc
import os
import signal
from typing import Any

from gunicorn import systemd

bind = os.environ.get("WEB_BIND", "unix:/run/street/web.sock")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
# Whom to signal, where nobody else keeps account of it.
pidfile = os.environ.get("WEB_PIDFILE") or None
# What is under way when a worker is to go, a large file say, has so many seconds.
graceful_timeout = 30
timeout = 60
# Whatever grows in a worker ends with it; not all at the same moment.
max_requests = 20_000
max_requests_jitter = 4_000
# The file by which a worker says that it lives: on a disk that hangs it would seem dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# nginx alone reaches the socket, and sets the headers of the proxy anew.
forwarded_allow_ips = "*"
accesslog = None
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL", "info")


def when_ready(server: Any) -> None:
    """Everything is loaded, no worker has begun.

    What was loaded stays: the collector need not look through it again and again, nor
    write to it, which would make each worker a copy of its own. systemd is told who the
    main process is now: after a release it is another.
    """
    gc.collect()
    gc.freeze()
    systemd.sd_notify(f"MAINPID={os.getpid()}", server.log)


def post_worker_init(worker: Any) -> None:
    """The worker answers: the one who served before may go."""
    gc.set_threshold(10_000, 20, 20)
    before = os.environ.pop("GUNICORN_PID", "")
    if before:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(before), signal.SIGTERM)
