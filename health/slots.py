"""What this app draws on pages of the apps below it: registered in `apps.py`."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from health.permissions import sees_health


def health_link(request: HttpRequest, page: None) -> str:
    """The way to the page, on the desk of who sees it."""
    if not sees_health(request.user):
        return ""
    return render_to_string("health/slots/health_link.html", {}, request=request)
