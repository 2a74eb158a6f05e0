"""`/checkin/<token>/`: what a learner's phone opens when it reads the code."""

from datetime import datetime, timedelta

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance.gathering import gathering_of
from attendance.services.checkin import check_in, session_of_token
from core.access import Rule, access
from core.exceptions import RefusedError

# Who scans without being signed in has so long to sign in: a code by text message takes
# longer than the code on the screen lives.
SIGN_IN_TIME = timedelta(minutes=10)
SCAN = "checkin_scan"


# GATED, not SIGNED_IN: that the code was good is noted before the way to the sign-in.
@access(Rule.GATED)
@never_cache
@require_GET
def checkin(request: HttpRequest, token: str) -> HttpResponse:
    """Record who scanned. A phone opens an address by GET, and again changes nothing.

    No page of another site can send somebody here unseen: it does not know the token.
    """
    now = timezone.now()
    try:
        if not request.user.is_authenticated:
            session_of_token(token, now)
            request.session[SCAN] = {"token": token, "at": now.isoformat()}
            return redirect_to_login(request.get_full_path())
        record = check_in(
            token=token, learner=request.user, at=_scanned_at(request, token, now)
        )
    except RefusedError as refusal:
        return render(
            request,
            "attendance/checkin.html",
            {"refusal": str(refusal)},
            status=refusal.status,
        )
    title = gathering_of(record.session).title
    return render(
        request, "attendance/checkin.html", {"record": record, "title": title}
    )


def _scanned_at(request: HttpRequest, token: str, now: datetime) -> datetime:
    """When this token was scanned: before the sign-in, where that is noted, else now."""
    scan = request.session.pop(SCAN, None)
    if scan is None or scan["token"] != token:
        return now
    at = datetime.fromisoformat(scan["at"])
    return at if now - at <= SIGN_IN_TIME else now
