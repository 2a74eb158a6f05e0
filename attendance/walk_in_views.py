"""`/desk/sessions/…/walk-ins/`: who came and is not on the list, by name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from attendance.desk_views import roll_page, roll_session
from attendance.forms import WalkInForm
from attendance.models import WalkIn
from attendance.roll_reading import read_roll
from attendance.services.walk_ins import drop_walk_in, note_walk_in
from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError


@access(Rule.STAFF)
@never_cache
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one down; what is wrong with the form is said on the page of the roll."""
    session = roll_session(request, pk)
    form = WalkInForm(request.POST)
    refusal, status = "", 422
    if form.is_valid():
        try:
            row = note_walk_in(session=session, by=request.user, **form.cleaned_data)
        except KeyReusedError:
            form = WalkInForm()
            refusal, status = _("这一位已经记过了，在下面的名单里。"), 409
        except RefusedError as error:
            refusal, status = str(error), error.status
        else:
            words = (
                _("记下了。") if row.record_id is None else _("认出来了，在名单上。")
            )
            messages.success(request, words)
            return redirect("desk:roll", pk=pk)
    found = read_roll(request.user, session)
    return roll_page(request, found, walk_in_form=form, refusal=refusal, status=status)


@access(Rule.STAFF)
@never_cache
@require_POST
def drop(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take back one that was noted by mistake."""
    session = roll_session(request, pk)
    rows = WalkIn.objects.visible_to(request.user).filter(session=session)
    drop_walk_in(walk_in=get_object_or_404(rows, pk=number), by=request.user)
    messages.success(request, _("删掉了。"))
    return redirect("desk:roll", pk=pk)
