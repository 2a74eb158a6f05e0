"""`/desk/sessions/`: the roll on the phone and on paper, and the code in the room."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.cards import holder_of
from attendance.checkin import is_open, make_token
from attendance.choices import SessionState
from attendance.exceptions import CardUnknownError
from attendance.forms import RollForm, WalkInForm
from attendance.models import Session
from attendance.permissions import can_take_roll
from attendance.roll_reading import Roll, read_roll
from attendance.services.checkin import check_in_by_card
from attendance.services.roll import save_roll
from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError
from core.forms import posted
from core.qr_code import qr_data_uri

# The page with the code asks for itself so often: a code that is shown is good for at
# least 15 seconds more.
CODE_REFRESH_S = 15


def roll_session(request: HttpRequest, pk: int) -> Session:
    """The session, if the person takes its roll; another's looks like none (404)."""
    session: Session = get_object_or_404(
        Session.objects.select_related("school", "teacher", "venue"), pk=pk
    )
    if not can_take_roll(request.user, session):
        raise Http404
    return session


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with big targets; one post saves it, once for each key."""
    session = roll_session(request, pk)
    found = read_roll(request.user, session)
    form = _form(found, posted(request))
    if request.method != "POST":
        return roll_page(request, found, form)
    if not form.is_valid():
        return roll_page(request, found, form, status=422)
    try:
        changed = _save(request, session, form)
    except KeyReusedError:
        words = _("这一页已经存过一次了。下面是现在的名单，要改的请再点一下，再存。")
        return roll_page(request, found, _form(found), refusal=words, status=409)
    except RefusedError as refusal:
        return roll_page(
            request, found, form, refusal=str(refusal), status=refusal.status
        )
    sentence = ngettext(
        "存好了，改了 %(number)s 人。", "存好了，改了 %(number)s 人。", changed
    )
    messages.success(request, sentence % {"number": changed})
    return redirect("desk:roll", pk=pk)


def _form(found: Roll, data: Any = None) -> RollForm:
    session = found.session
    counts = {"headcount": session.headcount, "walk_ins": session.walk_ins or None}
    shown = {f"was_{name}": count for name, count in counts.items()}
    return RollForm(
        data, people=found.people, known=found.known, initial=counts | shown
    )


def _save(request: HttpRequest, session: Session, form: RollForm) -> int:
    return save_roll(
        session=session,
        states=form.said(rest_is_here="rest" in request.POST),
        by=request.user,
        source=form.cleaned_data["source"],
        key=form.cleaned_data["key"],
        **form.counted(),
    )


def roll_page(
    request: HttpRequest,
    found: Roll,
    form: RollForm | None = None,
    *,
    walk_in_form: WalkInForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of the roll, with what was not accepted of one of its two forms."""
    return render(
        request,
        "attendance/desk/roll.html",
        {
            "roll": found,
            "session": found.session,
            "form": form or _form(found),
            "walk_in_form": walk_in_form or WalkInForm(),
            "refusal": refusal,
            "is_off": found.session.state == SessionState.CANCELLED,
        },
        status=status,
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, pk: int) -> HttpResponse:
    """Residents' cards at the door: one field, for a scanner or for typing."""
    session = roll_session(request, pk)
    refusal = ""
    if request.method == "POST":
        holder = holder_of(request.POST.get("card", "")[:300])
        try:
            if holder is None:
                raise CardUnknownError
            check_in_by_card(session=session, holder=holder, by=request.user)
        except RefusedError as error:
            refusal = str(error)
        else:
            messages.success(
                request, _("%(name)s，到了。") % {"name": holder.get_full_name()}
            )
            return redirect("desk:cards", pk=pk)
    return render(
        request,
        "attendance/desk/cards.html",
        {
            "session": session,
            "roll": read_roll(request.user, session),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def print_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet that people sign; it is entered later on the page of the roll."""
    session = roll_session(request, pk)
    found = read_roll(request.user, session)
    # Lines for people who come without being on the list.
    return render(
        request,
        "print/roll.html",
        {"roll": found, "session": session, "spare": range(5)},
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The code for the room; the page asks for itself again before it runs out."""
    session = roll_session(request, pk)
    now = timezone.now()
    is_shown = is_open(session, now)
    address = code = ""
    if is_shown:
        path = reverse("attendance:checkin", args=[make_token(session.pk, now)])
        address = request.build_absolute_uri(path)
        code = qr_data_uri(address)
    response = render(
        request,
        "attendance/desk/qr.html",
        {
            "session": session,
            "roll": read_roll(request.user, session),
            "code": code,
            "is_early": now < session.starts_at,
            "is_off": session.state == SessionState.CANCELLED,
        },
    )
    if is_shown:
        # Without a script, and with the way back unharmed.
        response["Refresh"] = str(CODE_REFRESH_S)
    return response
