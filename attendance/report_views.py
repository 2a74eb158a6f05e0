"""`/desk/sessions/…/roll/report/`: the roll as a phone sends it when it has the net."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from attendance.exceptions import RollNotYoursError, RollUnreadableError
from attendance.forms import RollForm
from attendance.models import Session
from attendance.permissions import can_take_roll
from attendance.roll_reading import read_roll
from attendance.roll_report import read_roll_report
from attendance.services.roll import save_roll
from core.access import Rule, access
from core.civil_time import clock_in_words
from core.exceptions import KeyReusedError, RefusedError
from core.service_worker import reader_key

MOST_BYTES = 100_000


@access(Rule.STAFF)
@never_cache
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a report once for its key; the phone keeps it until it hears «saved»."""
    try:
        body = _read_body(request)
        if body.get("opened") != reader_key(request.user):
            # A page that somebody else of this phone left open: as an ended session.
            return HttpResponse(status=403, content_type="text/plain")
        return JsonResponse(_save(request, pk, body))
    except KeyReusedError:
        refusal: RefusedError = RollUnreadableError()
    except RefusedError as error:
        refusal = error
    # Another's session looks like none.
    return JsonResponse({"error": str(refusal)}, status=refusal.status)


def _read_body(request: HttpRequest) -> dict[str, Any]:
    is_json = request.content_type == "application/json"
    if not is_json or len(request.body) > MOST_BYTES:
        raise RollUnreadableError
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise RollUnreadableError from error
    if not isinstance(body, dict):
        raise RollUnreadableError
    return body


def _save(request: HttpRequest, pk: int, body: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    session = Session.objects.filter(pk=pk).first()
    if session is None or not can_take_roll(request.user, session):
        raise RollNotYoursError
    told = read_roll_report(body.get("events"), sent=body.get("sent"), at=now)
    found = read_roll(request.user, session)
    key = str(body.get("key", ""))[:64]
    form = RollForm(told.as_form(key, session), people=found.people, known={})
    if not form.is_valid():
        raise RefusedError(next(iter(form.errors.values()))[0])
    said = form.said()
    changed = save_roll(
        session=session,
        states=said,
        by=request.user,
        source=form.cleaned_data["source"],
        tapped={one: told.tapped[one] for one in said},
        key=key,
        at=now,
        **form.counted(told.counts),
    )
    return {
        "saved_at": now.isoformat(),
        "saved_clock": clock_in_words(now),
        "changed": changed,
        "summary": read_roll(request.user, session).summary,
        "note": _left_out(len(told.states) - len(said)),
    }


def _left_out(number: int) -> str:
    """Of people who left the class meanwhile nothing is written down."""
    if not number:
        return ""
    return _("有 %(number)s 位已经不在名单上，没有记。") % {"number": number}
