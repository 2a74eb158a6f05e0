"""How the site is served: `gunicorn -c deploy/gunicorn.conf.py learning_site.wsgi`.

Workers with threads: most of a request waits for the database, and two workers of four
threads fit a machine of two cores (docs/performance.md). The site is loaded once, before
the workers begin: they share what it takes of memory, and one that ends is replaced in a
moment.

New code wants a new start. The socket is systemd's (`street-web.socket`): who asks
meanwhile waits for the new one, and no request fails.
"""

import contextlib
import ctypes
import gc
import os
from typing import Any

bind = os.environ.get("WEB_BIND", "unix:/run/street/web.sock")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
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


# Nobody commands it by a socket of its own; it would stand in a home that is not there.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Everything is loaded, no worker has begun.

    What was loaded stays: the collector need not look through it again and again, nor
    write to it, which would make each worker a copy of its own.
    """
    gc.collect()
    gc.freeze()
    _keep_little_memory()


def _keep_little_memory() -> None:
    """How much glibc keeps for later; another C library has no such habits.

    A password takes 19 MiB for a moment; glibc would keep as much for each thread. Once such a block was given back, glibc takes blocks of that size for common and
    keeps them. A size that is set (`mallopt`: what is larger than 1 MiB goes back to
    the system) ends that.

    For each thread it would begin a heap besides, which is never full and never given
    back. Python's threads come one at a time, and two heaps are enough for them.
    """
    largest_to_keep, its_size = -3, 1 << 20  # M_MMAP_THRESHOLD
    heaps, their_number = -8, 2  # M_ARENA_MAX
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(largest_to_keep, its_size)
        libc.mallopt(heaps, their_number)


def post_worker_init(worker: Any) -> None:
    """Look for garbage seldom: a page makes little of it."""
    gc.set_threshold(10_000, 20, 20)
