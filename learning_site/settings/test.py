"""Settings of the test suite; each line has its reason."""

import os

from .base import *  # noqa: F403
from .base import BASE_DIR, DATABASES, INSTALLED_APPS, VAR_DIR

DEBUG = False
STRICT_PIECES = True
SECRET_KEY = "a key for the tests alone, long enough for every check of it"  # noqa: S105
MFA_ENCRYPTION_KEY = "another key for the tests alone, long enough"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# The demo street is loaded and every page of it is asked for.
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
# Argon2 is slow on purpose; no test is about it but one, which asks for it by name.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Threads of a race test must see one database: a file, not memory.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    VAR_DIR.mkdir(parents=True, exist_ok=True)
# Uploads of tests go where a clean-up finds them; workers side by side do not meet.
ERASURE_JOURNAL = str(
    VAR_DIR / f"erasures-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.jsonl"
)
MEDIA_ROOT = VAR_DIR / "test-media" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
PRIVATE_MEDIA_ROOT = MEDIA_ROOT / "private"
PUBLIC_MEDIA_ROOT = MEDIA_ROOT / "public"
# Each test has a client, and each client its own middleware: listing all static files for
# every one of them would take longer than many a test. They are looked for when asked for.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
SMS_BACKEND = "accounts.sms.MemoryBackend"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOCALE_PATHS = [BASE_DIR / "locale"]
