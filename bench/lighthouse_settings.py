"""The demo street served as a real site is: hashed static files, text compressed.

On a real site nginx compresses; here Django does, so that the figures compare.
"""

from learning_site.settings.development import *  # noqa: F403
from learning_site.settings.development import MIDDLEWARE, STORAGES

DEBUG = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "core.storage.HashedStaticStorage"},
}
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
