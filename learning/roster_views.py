"""`/desk/runs/…/import/`: a list of people from a file; looked at first, then enrolled."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Rule, access
from core.exceptions import KeyReusedError
from core.forms import PlainWordsMixin, posted
from core.services.idempotency import run_once
from courses.models import CourseRun
from learning.roster_file import PersonRow, Roster, RosterFileError, read_roster
from learning.run_desk_views import managed_class
from learning.services.roster_import import NEW, REFUSED, THERE, import_roster

LIST_SALT = "learning.roster_import"
# How long a list that was looked at may be confirmed.
LIST_LIVES = timedelta(hours=2)


class FileForm(PlainWordsMixin, forms.Form):
    """The file with the list."""

    file = forms.FileField(
        label=_("名单文件"),
        help_text=_(
            "Excel（.xlsx）或 CSV，第一行写「姓名」「手机号」。一次最多 500 人。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class ConfirmForm(PlainWordsMixin, forms.Form):
    """The list that was looked at, and the word that people agreed."""

    rows = forms.CharField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_consent = forms.BooleanField(
        label=_("名单上的人都知道，并在纸上签字同意学校替他们报名、建账号。"),
        error_messages={"required": _("请先让名单上的人签字同意，再打勾。")},
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload, look, confirm; nothing is written before the second «好»."""
    run = managed_class(request, pk)
    if request.method == "POST" and "rows" in request.POST:
        return _confirmed(request, run)
    form = FileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            roster = read_roster(file.read(), file.name)
        except RosterFileError as refusal:
            form.add_error("file", str(refusal))
        else:
            return _preview(request, run, roster)
    return render(
        request,
        "learning/desk/import_file.html",
        {"form": form, "run": run, "course": run.course},
        status=422 if form.is_bound and form.errors else 200,
    )


def _preview(request: HttpRequest, run: CourseRun, roster: Roster) -> HttpResponse:
    """What was read; the good rows travel signed, for this class and this person."""
    rows = [asdict(row) for row in roster.good]
    initial = {"rows": _sealed(request, run).sign_object(rows, compress=True)}
    form = ConfirmForm(initial={**initial, "key": str(uuid4())})
    return _preview_page(request, run, roster, form)


def _preview_page(
    request: HttpRequest, run: CourseRun, roster: Roster, form: Any
) -> HttpResponse:
    return render(
        request,
        "learning/desk/import_preview.html",
        {"form": form, "run": run, "course": run.course, "roster": roster},
        status=422 if form.is_bound and form.errors else 200,
    )


def _sealed(request: HttpRequest, run: CourseRun) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{LIST_SALT}:{run.pk}:{request.user.pk}")


def _confirmed(request: HttpRequest, run: CourseRun) -> HttpResponse:
    try:
        said = _sealed(request, run).unsign_object(
            request.POST["rows"], max_age=LIST_LIVES
        )
    except signing.BadSignature:
        form: Any = FileForm({}, {})
        form.add_error(None, _("这份名单放得太久了。请再传一次文件，什么都还没有存。"))
        del form.errors["file"]
        return render(
            request,
            "learning/desk/import_file.html",
            {"form": form, "run": run, "course": run.course},
            status=422,
        )
    rows = [PersonRow(**one) for one in said]
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _preview_page(request, run, Roster(rows), form)
    try:
        answer = run_once(
            user=request.user,
            key=form.cleaned_data["key"],
            action=f"roster:{run.pk}",
            body=said,
            effect=lambda: {"rows": import_roster(run=run, rows=rows, by=request.user)},
        )
    except KeyReusedError:
        form.add_error(None, _("这份名单已经办过一次了。要再办，请重新传文件。"))
        return _preview_page(request, run, Roster(rows), form)
    names = {row.number: row.name for row in rows}
    found = [one | {"name": names[one["number"]]} for one in answer["rows"]]
    return render(
        request,
        "learning/desk/import_done.html",
        {
            "run": run,
            "course": run.course,
            "new": [one for one in found if one["what"] == NEW],
            "there": [one for one in found if one["what"] == THERE],
            "refused": [one for one in found if one["what"] == REFUSED],
        },
    )
