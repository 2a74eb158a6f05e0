"""`/desk/questions/…/import/`: a file is read, looked at, and then taken over."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Rule, access
from core.forms import posted
from courses.exceptions import ImportGoneError, QuestionFileError
from courses.models import ImportDraft
from courses.models.import_draft import LIVES
from courses.question_files import read_questions
from courses.question_forms import ChosenForm, SourceForm
from courses.question_import import counts_of, rows_of
from courses.question_views import held_page, is_bank
from courses.services.questions import import_questions, keep_draft


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file or paste a text; nothing of it is in the bank before it is seen."""
    page = held_page(request, pk)
    form = SourceForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        raw = form.raw()
        try:
            draft = keep_draft(
                page=page,
                found=read_questions(raw),
                file_sha256=hashlib.sha256(raw).hexdigest(),
                by=request.user,
            )
            return redirect("desk:import_draft", draft.pk)
        except QuestionFileError as refusal:
            form.add_error(
                "file" if form.cleaned_data["file"] else "text", str(refusal)
            )
    return render(
        request,
        "courses/desk/import_file.html",
        {"form": form, "page": page, "is_bank": is_bank(page)},
        status=422 if form.is_bound and form.errors else 200,
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Look through what was read, take the ticked questions over, see what became of it."""
    draft = get_object_or_404(ImportDraft.objects.filter(by_id=request.user.pk), pk=pk)
    page = held_page(request, draft.page_id)
    if draft.done_at:
        return _done(request, draft, page)
    if draft.created_at <= timezone.now() - LIVES:
        raise ImportGoneError
    form = ChosenForm(posted(request), rows=rows_of(draft.entries))
    if request.method == "POST" and form.is_valid():
        import_questions(
            draft=draft, chosen=form.cleaned_data["chosen"], by=request.user
        )
        return redirect("desk:import_draft", draft.pk)
    chosen = {int(one) for one in request.POST.getlist("chosen") if one.isdecimal()}
    rows = rows_of(draft.entries, chosen if form.is_bound else None)
    return render(
        request,
        "courses/desk/import_preview.html",
        {
            "draft": draft,
            "page": page,
            "is_bank": is_bank(page),
            "form": form,
            "rows": rows,
            "counts": counts_of(draft.entries),
            "can_import": any(one.can_be_ticked for one in rows),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _done(request: HttpRequest, draft: ImportDraft, page: Any) -> HttpResponse:
    added, there = set(draft.result["added"]), set(draft.result["there"])
    left = [one for one in draft.entries if one["place"] not in added | there]
    return render(
        request,
        "courses/desk/import_done.html",
        {
            "draft": draft,
            "page": page,
            "is_bank": is_bank(page),
            "added": len(added),
            "there": [one for one in draft.entries if one["place"] in there],
            "left": left,
        },
    )
