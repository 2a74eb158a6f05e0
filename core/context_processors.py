"""What every template may use: the site's settings and the reader's display choice."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.display import read_display
from core.models import SiteSettings
from core.service_worker import reader_key


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_settings`, `display`, whose pages these are, and whether this is a demo."""
    known = request.__dict__.get("_of_every_template")
    if known is None:
        # A page of several templates asks several times.
        known = SiteSettings.current(), read_display(request)
        request.__dict__["_of_every_template"] = known
    site_settings, display = known
    return {
        "site_settings": site_settings,
        "display": display,
        "show_codes_on_page": settings.SHOW_CODES_ON_PAGE,
        "staff_second_factor_off": not settings.STAFF_SECOND_FACTOR,
        # Set where a draft is shown by its link.
        "preview_token": getattr(request, "preview_token", ""),
        "reader_key": lambda: reader_key(request.user),
    }
