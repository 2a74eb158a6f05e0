"""One machine, one process, SQLite: what `make run` starts."""

import hashlib

from .base import *  # noqa: F403
from .base import BASE_DIR, INSTALLED_APPS, env

DEBUG = env.bool("DEBUG", default=True)
# Derived from the folder: stable over restarts, and worth nothing anywhere else. A
# deployment uses `production`, which refuses to start without a key of its own.
SECRET_KEY = hashlib.sha256(f"development {BASE_DIR}".encode()).hexdigest()
MFA_ENCRYPTION_KEY = hashlib.sha256(f"mfa {BASE_DIR}".encode()).hexdigest()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [*INSTALLED_APPS, "demo"]

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
SMS_BACKEND = "accounts.sms.ConsoleBackend"
SHOW_CODES_ON_PAGE = True
STRICT_PIECES = True
# The demo's staff sign in with a password alone; a banner says so on every staff page.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=False)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
