"""`/desk/sessions/…/walk-ins/…/`: whose account it is who came without being enrolled."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.models import WalkIn
from attendance.services.walk_ins import claim_walk_in
from core.access import Rule, access
from learning.counter import find_people, is_too_short, person_of, reference_of


def _walk_in(request: HttpRequest, pk: int, number: int) -> WalkIn:
    """One of a session whose roll the person takes; another's looks like none."""
    rows = WalkIn.objects.visible_to(request.user).filter(session=pk)
    row: WalkIn = get_object_or_404(rows.select_related("session"), pk=number)
    return row


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Find the person as at the counter, and say that it was they who came."""
    row = _walk_in(request, pk, number)
    if request.method == "POST":
        person = person_of(request.user, request.POST.get("reference", ""))
        if person is None:
            raise Http404
        claim_walk_in(walk_in=row, person=person, by=request.user)
        messages.success(request, _("认出来了，在名单上。"))
        return redirect("desk:roll", pk=pk)
    # What the person said at the door is what is looked for first.
    said = request.GET.get("q", row.phone.removeprefix("+86") or row.name)
    text = said.strip()[:60]
    found = find_people(request.user, text) if text else []
    people = [(one, reference_of(request.user, one)) for one in found]
    return render(
        request,
        "learning/desk/walk_in.html",
        {
            "walk_in": row,
            "text": text,
            "people": people,
            "is_too_short": is_too_short(text),
        },
    )
