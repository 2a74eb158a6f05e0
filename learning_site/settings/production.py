"""The settings of a real street. Refuses to start without what only the operator has."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import (
    ADMIN_CONTENT_SECURITY_POLICY,
    CONTENT_SECURITY_POLICY,
    DATABASES,
    INSTALLED_APPS,
    NIGHTLY_COMMANDS,
    STORAGES,
    env,
)


def _required(name: str, *, at_least: int = 1) -> str:
    value: str = env(name, default="")
    if len(value) < at_least:
        raise ImproperlyConfigured(
            f"缺少环境变量 {name}（至少 {at_least} 个字符），请设好再启动。"
            f" / Set the environment variable {name} ({at_least} characters or more)."
        )
    return value


DEBUG = False
SECRET_KEY = _required("SECRET_KEY", at_least=50)
MFA_ENCRYPTION_KEY = _required("MFA_ENCRYPTION_KEY", at_least=32)
SITE_URL = _required("SITE_URL")
# Editors work under a name of their own where there is one (deploy/nginx).
WAGTAILADMIN_BASE_URL = env("ADMIN_URL", default=SITE_URL)
ALLOWED_HOSTS = [host for host in _required("ALLOWED_HOSTS").split(",") if host]
if any("*" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS 不能用星号，请写明域名。 / Name the hosts; no asterisk."
    )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

if DATABASES["default"]["ENGINE"].endswith("sqlite3") and not env.bool(
    "ALLOW_SQLITE", default=False
):
    raise ImproperlyConfigured(
        "正式环境请用 PostgreSQL:设 DATABASE_URL;只有一个进程的小站可设 ALLOW_SQLITE=1。"
        " / Set DATABASE_URL to PostgreSQL, or ALLOW_SQLITE=1 for one small process."
    )

# allauth 65 counts attempts in the cache; behind a proxy it must know how many hops.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

# Pictures that everybody may see come from a name without sessions where there is one.
FILES_URL = env("FILES_URL", default="")
if FILES_URL:
    MEDIA_URL = f"{FILES_URL}/media/"
    for _policy in (
        CONTENT_SECURITY_POLICY["DIRECTIVES"],
        ADMIN_CONTENT_SECURITY_POLICY,
    ):
        _policy["img-src"] = [*_policy["img-src"], FILES_URL]

PUBLIC_PAGE_SECONDS = env.int("PUBLIC_PAGE_SECONDS", default=30)

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "core.storage.HashedStaticStorage"},
}
MEDIA_DELIVERY = env("MEDIA_DELIVERY", default="x-accel")

# Uploads of a street lie on its disk. Who has several machines names a bucket of a store
# that speaks S3 (docs/operations.md); what lies on the disk is not moved there by itself.
OBJECT_STORE_BUCKET = env("OBJECT_STORE_BUCKET", default="")
if OBJECT_STORE_BUCKET:
    OBJECT_STORE = {
        "bucket_name": OBJECT_STORE_BUCKET,
        "endpoint_url": _required("OBJECT_STORE_URL"),
        "access_key": _required("OBJECT_STORE_KEY"),
        "secret_key": _required("OBJECT_STORE_SECRET"),
        "region_name": env("OBJECT_STORE_REGION", default="us-east-1"),
    }
    STORAGES |= {
        "default": {"BACKEND": "core.object_store.PrivateObjects"},
        "public": {"BACKEND": "core.object_store.PublicObjects"},
        "parts": {"BACKEND": "core.object_store.PartsObjects"},
    }

# Where work beside a request is done: «» in the request itself, "database" by
# `manage.py db_worker`, "redis" by `manage.py rqworker`.
TASK_QUEUE = env("TASK_QUEUE", default="")
if TASK_QUEUE == "database":
    INSTALLED_APPS = [*INSTALLED_APPS, "django_tasks_db"]
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    NIGHTLY_COMMANDS = [*NIGHTLY_COMMANDS, "prune_db_task_results"]
elif TASK_QUEUE == "redis":
    INSTALLED_APPS = [*INSTALLED_APPS, "django_rq", "django_tasks_rq"]
    TASKS = {"default": {"BACKEND": "django_tasks_rq.RQBackend"}}
    RQ_QUEUES = {"default": {"URL": _required("TASK_REDIS_URL")}}
    RQ = {"JOB_CLASS": "django_tasks_rq.Job"}
elif TASK_QUEUE:
    raise ImproperlyConfigured(
        "TASK_QUEUE 只能是 database 或 redis,或者不设。"
        " / TASK_QUEUE is database, redis, or not set."
    )

# A street's search lives in its database. A district with an OpenSearch server of its own
# names it here, then `update_index` (docs/search.md).
SEARCH_URL = env("SEARCH_URL", default="")
if SEARCH_URL:
    WAGTAILSEARCH_BACKENDS = {
        "default": {
            "BACKEND": "search.backend.opensearch",
            "URLS": [SEARCH_URL],
            "INDEX_PREFIX": env("SEARCH_INDEX_PREFIX", default="street_"),
            # The page says «搜索在休息» after this, in seconds.
            "TIMEOUT": 2,
        }
    }
