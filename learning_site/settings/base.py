"""Settings that hold everywhere. Choices of a deployment come from the environment.

`development`, `production` and `test` import this module and change what they must.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# Everything that an instance writes lies in one folder, so that a backup is one folder.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "health",
    "home",
    "search",
    "news",
    "activities",
    "learning",
    "courses",
    "attendance",
    "schools",
    "accounts",
    "core",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "accounts.admin_config.SiteUsersConfig",  # wagtail.users with our people
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtailmedia",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.public_pages.PublicPageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ContentPolicyMiddleware",
    "core.middleware.PolicyHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.InterfaceLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "learning.heartbeat.HeartbeatMiddleware",
    "accounts.middleware.PersonMiddleware",
    "core.service_worker.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "core.middleware.RefusalMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "accounts.middleware.SessionLifetimeMiddleware",
    "accounts.middleware.SchoolCodeMiddleware",
    "accounts.middleware.StaffSecondFactorMiddleware",
    "accounts.middleware.FormAnswerMiddleware",
    "schools.middleware.MembershipMiddleware",
    "schools.admin.fence.SchoolFenceMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "learning_site.urls"
WSGI_APPLICATION = "learning_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # The second one stands in for Django's own search in the apps.
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "core.library_words.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
            "libraries": {
                "i18n": "core.templatetags.words",
                "static": "core.templatetags.static_files",
            },
            "builtins": [
                "core.templatetags.addresses",
                "core.templatetags.content_language",
                "core.templatetags.slots",
            ],
        },
    }
]
# --- Database --------------------------------------------------------------
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
# A connection is kept for so many seconds. SQLite's too: with a new one for each request
# every question is prepared anew, and the last one to close tidies the file up.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: a deferred transaction that reads and
    # then writes dies with "database is locked" under two writers. FULL, because an
    # acknowledged write must survive a crash. Django's own backend, in turn.
    DATABASES["default"]["ENGINE"] = "core.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
            "PRAGMA journal_size_limit=67108864; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    # Django's own, which lets the server keep the plans of what is asked again and again.
    DATABASES["default"]["ENGINE"] = "core.postgresql"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a query of a page takes PostgreSQL longer (0.8 s for the home page) than
    # running it ever does: its estimates of our unions are far above what they cost.
    # And a plan that is kept is to be used: left to itself PostgreSQL makes another with
    # each list of keys, which takes three times as long as to answer.
    _options = env(
        "DATABASE_OPTIONS", default="-c jit=off -c plan_cache_mode=force_generic_plan"
    )
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", _options)
    # After how many times; 0 for a pooler that keeps no plans (docs/operations.md).
    _after = env.int("DATABASE_PREPARE_AFTER", default=2) or None
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = _after
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who was erased; not part of a backup of VAR_DIR: see docs/privacy.md.
ERASURE_JOURNAL = env("ERASURE_JOURNAL", default=str(VAR_DIR / "erasures.jsonl"))

# "pages" holds what every visitor sees (core.public_pages). It is a cache of its own: what
# is dropped from it when it is full must not be the count of somebody's failed sign-ins.
CACHES = {
    "default": env.cache_url("CACHE_URL", default="locmemcache://"),
    "pages": {
        **env.cache_url("CACHE_URL", default="locmemcache://pages"),
        "KEY_PREFIX": "pages",
    },
}
for _cache in CACHES.values():
    if _cache["BACKEND"].endswith("RedisCache"):
        # One that hangs costs this once in each process, and then nothing (core.cache).
        _cache["BACKEND"] = "core.cache.SteadyRedisCache"
        _cache["OPTIONS"] = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
if "locmem" in CACHES["pages"]["BACKEND"]:
    CACHES["pages"] |= {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 200}}
# For how many seconds; 0 keeps nothing, so that who develops sees each change at once.
PUBLIC_PAGE_SECONDS = 0

# --- People and sign-in ----------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Argon2id with the parameters of OWASP's password storage sheet: see accounts/hashers.
PASSWORD_HASHERS = [
    "accounts.hashers.SiteArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.validators.StaffPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learning:home"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "email", "username"}
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"
# "phone" and not "phone*": the star would lock out every account without a phone.
# "email*" because allauth's own check wants it beside «mandatory»; the sign-up form
# asks for one of the two, and accounts/stages.py for proof of what there is.
ACCOUNT_SIGNUP_FIELDS = ["phone", "email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.code_forms.ConfirmLoginCodeForm",
    "verify_phone": "accounts.code_forms.VerifyPhoneForm",
    "confirm_email_verification_code": "accounts.code_forms.ConfirmEmailCodeForm",
    "add_email": "accounts.account_forms.AddEmailForm",
    "change_phone": "accounts.account_forms.ChangePhoneForm",
    "change_password": "accounts.account_forms.ChangePasswordForm",
    "set_password": "accounts.account_forms.SetPasswordForm",
    "reset_password": "accounts.account_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.account_forms.ReauthenticateForm",
}
# Counted in the cache: with several processes that must be a shared one (CACHE_URL).
# "sms_code" and "confirm_code" are our own: messages to one number whatever page asks
# for them, and tries at one code whatever session makes them.
ACCOUNT_RATE_LIMITS = {
    "sms_code": "1/60s/key,5/d/key,30/h/ip",
    "confirm_code": "5/10m/key",
    "request_login_code": "30/h/ip",
    "verify_phone": "30/h/ip",
    "confirm_email": "1/60s/key,5/d/key",
    "login_failed": "5/5m/key,30/5m/ip",
    "signup": "30/h/ip",
    # Codes that schools give: tries from one address, and from everywhere together.
    # Asking to help an elder, whatever number is asked for.
    "family_ask": "5/d/user",
    "school_code": "10/10m/ip,300/h/key",
    # Somebody at a counter checks a pile of sheets; nobody checks 30 in a minute.
    "check_certificate": "30/m/ip,200/h/ip",
    "reset_password": "20/h/ip,5/h/key",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.code_forms.AuthenticateForm",
    "reauthenticate": "accounts.code_forms.ReauthenticateForm",
    "activate_totp": "accounts.code_forms.ActivateTOTPForm",
}
USERSESSIONS_TRACK_ACTIVITY = False
PHONE_DEFAULT_REGION = "CN"
SMS_BACKEND = env("SMS_BACKEND", default="accounts.sms.RefusingBackend")
# The whole site's text messages: a breaker against floods (S-SMS-1).
SMS_MINUTE_BUDGET = env.int("SMS_MINUTE_BUDGET", default=300)
SMS_DAILY_BUDGET = env.int("SMS_DAILY_BUDGET", default=5000)
# Numbers that one device may ask a code for in a day (S-SMS-1); a device on which a
# member of staff has signed in helps more people than that.
SMS_NUMBERS_PER_DEVICE = 3
SMS_NUMBERS_PER_COUNTER = 30
# Who has not been seen for so many days, or has not begun so many days after enrolling,
# stands on the list of those to be called.
DORMANT_AFTER_DAYS = env.int("DORMANT_AFTER_DAYS", default=21)
DORMANT_NEVER_BEGAN_DAYS = env.int("DORMANT_NEVER_BEGAN_DAYS", default=14)
# Shows the last code on the page. Development and demo settings alone switch it on.
SHOW_CODES_ON_PAGE = False
# A value that no piece of a page can be remembered by (core.pieces) fails at once; a site
# in use draws the piece all the same. Development and test settings switch it on.
STRICT_PIECES = False
# Staff need a second factor that is not SMS (security-reliability ASVS 6.3.3).
STAFF_SECOND_FACTOR = True
# The second factor's secrets are encrypted at rest with a key of their own, so that
# SECRET_KEY can be rotated alone.
MFA_ENCRYPTION_KEY = env("MFA_ENCRYPTION_KEY", default="")

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

# --- Language and time -----------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = False

# --- Static files, uploads -------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Originals (pictures, documents, video) are private; what may be seen by everybody,
# the renditions, lies beside them and is the only part that /media/ serves.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"
PRIVATE_MEDIA_ROOT = MEDIA_ROOT / "private"
PUBLIC_MEDIA_ROOT = MEDIA_ROOT / "public"
# Parts of files on their way: beside the originals, for every process to find.
UPLOAD_PARTS_ROOT = MEDIA_ROOT / "parts"
STORAGES = {
    "default": {"BACKEND": "core.storage.PrivateStorage"},
    "public": {"BACKEND": "core.storage.PublicStorage"},
    "parts": {"BACKEND": "core.storage.PartsStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# "python": this process answers byte ranges; "x-accel": nginx does, told by a header.
MEDIA_DELIVERY = env("MEDIA_DELIVERY", default="python")
MEDIA_ACCEL_PREFIX = env("MEDIA_ACCEL_PREFIX", default="/_protected/")
# Where they lie instead, on a site of several machines: see production.py.
OBJECT_STORE: dict[str, str] = {}
OBJECT_ACCEL_PREFIX = env("OBJECT_ACCEL_PREFIX", default="/_objects/")
MEDIA_MAX_UPLOAD_SIZE = env.int("MEDIA_MAX_UPLOAD_SIZE", default=500 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644

# --- Wagtail ---------------------------------------------------------------
WAGTAIL_SITE_NAME = _("学习网")
WAGTAILADMIN_BASE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
WAGTAILADMIN_LOGIN_URL = "account_login"
# One civil time for everybody; with a single one, nobody is asked to choose.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# No page asks anything of another host.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
# Milliseconds after the last change: nobody has to remember to save.
WAGTAIL_AUTOSAVE_INTERVAL = 500
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILIMAGES_IMAGE_MODEL = "core.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.media_forms.SiteImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_RENDITION_STORAGE = "public"
WAGTAILDOCS_DOCUMENT_MODEL = "core.SiteDocument"
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "odt", "pdf", "pptx", "srt", "txt", "vtt", "xlsx",
]  # fmt: skip
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = True
WAGTAILMEDIA = {
    "MEDIA_MODEL": "core.MediaFile",
    "MEDIA_FORM_BASE": "core.media_forms.MediaFileForm",
    "AUDIO_EXTENSIONS": ["m4a", "mp3"],
    "VIDEO_EXTENSIONS": ["mp4"],
}
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "search.backend"},
}
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "core.rich_text.CheckedRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "ol", "ul", "link", "document-link"]},
    }
}

# --- Schools ---------------------------------------------------------------
# Which sections a school has, and which roles may do what in each (design §2). The
# names are strings so that `schools` names no app above it; a section is one line.
# Permissions are Wagtail's: add (own drafts), change, publish.
SCHOOL_SECTIONS = [
    {
        "page_type": "courses.CourseIndexPage",
        "slug": "courses",
        "title": "课程",
        "roles": {
            "teacher": ["add"],
            "clerk": ["add", "change"],
            "principal": ["add", "change"],
        },
        "workflow": "course_review",
    },
    {
        "page_type": "news.NewsIndexPage",
        "slug": "news",
        "title": "新闻",
        "roles": {
            "teacher": ["add"],
            "clerk": ["add", "change"],
            "principal": ["add", "change"],
        },
        "workflow": "news_review",
    },
    {
        "page_type": "news.NoticeIndexPage",
        "slug": "notices",
        "title": "通知公示",
        "roles": {
            "clerk": ["add", "change"],
            "principal": ["add", "change"],
        },
        "workflow": "news_review",
    },
    {
        "page_type": "activities.BrandIndexPage",
        "slug": "brands",
        "title": "品牌",
        "roles": {
            "clerk": ["add", "change"],
            "principal": ["add", "change"],
        },
        "workflow": "course_review",
    },
]

# Who looks at a page before residents see it, in order; each task is a model that knows.
WAGTAIL_FINISH_WORKFLOW_ACTION = "schools.review.finish.publish_reviewed"
REVIEW_WORKFLOWS: dict[str, dict[str, Any]] = {
    "course_review": {
        "title": "课程审核",
        "tasks": [{"task": "schools.CentreReviewTask", "name": "编辑审核"}],
    },
    "news_review": {
        "title": "新闻三审三校",
        "tasks": [
            {"task": "news.NewsReviewTask", "name": name, "facts": {"stage": stage}}
            for stage, name in enumerate(
                ("学校初核", "一审一校", "二审二校", "三审三校")
            )
        ],
    },
}

# --- Security headers (security-reliability §2) -----------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Wagtail's admin needs inline scripts and styles, and previews pages in a frame.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# What `manage.py tick` runs each minute beside sending what waits in the outbox.
TICK_COMMANDS = [
    "publish_scheduled",
    "clearsessions",
    "forget_unproved",
    "expire_offers",
    "run_draws",
    "hand_in_overdue",
    "credit_hours",
    "settle_classes",
    "settle_sessions",
    "erase_due",
    "forget_old",
    "forget_uploads",
]
# What `manage.py nightly` runs.
NIGHTLY_COMMANDS = ["check_links", "provision_schools"]
# How old contents may be (LAW-28), in days; /desk/health/ says what is beyond. Each kind of
# column: stale after so many days, and said so many days before. National inspections
# name two weeks for the home page and for news, and half a year for notices; for other
# columns they name none, and half a year is a term.
CONTENT_HEALTH: dict[str, Any] = {
    "columns": {
        "home": (14, 3),
        "news": (14, 3),
        "notices": (183, 30),
        "others": (183, 30),
    },
    # A page of lasting words that nobody has looked at.
    "page_days": 365,
    # A learner's question without an answer.
    "reply_days": 90,
    # From how many on a site fails.
    "fails_at": {"news": 5, "others": 10, "empty": 5, "replies": 1},
}
# Whether `manage.py check_links` asks addresses outside too: that needs a way out of the
# server's network. Each is asked once in so many days, and so many in one run.
CHECK_OUTSIDE_LINKS = env.bool("CHECK_OUTSIDE_LINKS", default=False)
OUTSIDE_LINK_DAYS = 7
OUTSIDE_LINKS_A_RUN = 200
# It runs each night; after so many hours the page says that it did not.
LINK_CHECK_LATE_HOURS = 50
# How long after the end of a quiz with a limit an answer still counts: what was sent
# before it may be under way that long.
QUIZ_GRACE = timedelta(seconds=60)
# How many classes with dates one person may have in a term (domain §6).
CLASSES_A_TERM = 2

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="no-reply@example.org")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "core.logging.MaskPhones"}},
    "formatters": {
        "line": {
            "()": "core.logging.OneLineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["mask"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        # Each saved page would write five lines.
        "django_tasks": {"level": "WARNING"},
        # Both tell of each step of each document.
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS = [
    "wagtailadmin.W003",
    # One library has two places on purpose: our `i18n` holds all of Django's.
    "templates.W003",
]
