"""How the site is served: `gunicorn -c deploy/gunicorn.conf.py learning_site.wsgi`.

Workers with threads: most of a request waits for the database, and two workers of four
threads fit a machine of two cores (docs/performance.md). `kill -HUP` puts new workers in
the place of the old ones, which first finish what they were asked.
"""

import gc
import os
from typing import Any

bind = os.environ.get("WEB_BIND", "unix:/run/street/web.sock")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
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


def post_worker_init(worker: Any) -> None:
    """What was loaded stays: the collector need not look through it again and again.

    Half a million objects of Django and Wagtail are of the process for good; without
    this each request pays for walking over some of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
