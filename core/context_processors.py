"""What every template may use: the site's settings and the reader's display choice."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.display import read_display
from core.models import SiteSettings


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_settings`, `display`, and whether this is a demo or a private machine."""
    return {
        "site_settings": SiteSettings.current(),
        "display": read_display(request),
        "show_codes_on_page": settings.SHOW_CODES_ON_PAGE,
        "staff_second_factor_off": not settings.STAFF_SECOND_FACTOR,
    }
