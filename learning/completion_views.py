"""`/desk/`: «结课», exceptions, and certificates: review, revoke, issue anew, print."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core.access import Rule, access, require
from core.exceptions import PdfUnavailableError
from core.forms import PlainWordsMixin, posted, posted_number
from core.pdf import render_pdf, unavailable_reason
from core.services.audit import record_audit
from core.services.each import each_alone
from courses.models import CourseRun
from learning.certificate_pdf import pdf_response, sheet_of, sheets_html
from learning.completion_desk import (
    certificates_for_desk,
    certificates_to_review,
    read_finish,
    without_certificate,
)
from learning.models import Certificate, Enrolment
from learning.permissions import (
    can_manage_certificates,
    can_manage_runs,
    can_see_roster,
)
from learning.services.certificates import (
    issue_late,
    reissue_certificate,
    review_certificate,
    revoke_certificate,
)
from learning.services.completion import grant_completion, settle_class
from learning.standing import read_meeting

ROWS_A_PAGE = 50


class ReasonForm(PlainWordsMixin, forms.Form):
    """Why; for steps that somebody may be asked about later."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=120,
        error_messages={"required": gettext_lazy("请写明原因。")},
    )


def run_to_certify(request: HttpRequest, pk: int) -> CourseRun:
    """The run, if the person decides about its certificates; its teacher reads who does."""
    run: CourseRun = get_object_or_404(
        CourseRun.objects.select_related("course", "school"), pk=pk
    )
    if not can_see_roster(request.user, run):
        raise Http404
    require(can_manage_certificates(request.user, run))
    return run


def class_to_settle(request: HttpRequest, pk: int) -> CourseRun:
    """The same for a class with dates: a course at home is never settled."""
    run = run_to_certify(request, pk)
    if run.is_self_paced:
        raise Http404
    return run


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish_class(request: HttpRequest, pk: int) -> HttpResponse:
    """«结课»: who meets the rule, who does not and why, and one button."""
    run = class_to_settle(request, pk)
    if request.method == "POST":
        done = settle_class(run=run, by=request.user)
        words = ngettext(
            "结课了，%(number)s 人结业。", "结课了，%(number)s 人结业。", done
        )
        messages.success(request, words % {"number": done})
        return redirect("desk:finish", pk)
    return _finish_page(request, run)


def _finish_page(
    request: HttpRequest, run: CourseRun, *, refused: Any = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    rows = read_finish(request.user, run, now)
    return render(
        request,
        "learning/desk/finish.html",
        {
            "run": run,
            "meeting": read_meeting(run, now),
            "rows": rows,
            "ready": sum(not one.is_done and not one.missing for one in rows),
            "refused": refused,
        },
        status=status,
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def grant(request: HttpRequest, pk: int, enrolment_id: int) -> HttpResponse:
    """«特批结业» of one person, with a reason that stays with it."""
    run = class_to_settle(request, pk)
    row = get_object_or_404(
        Enrolment.objects.of_staff_view(request.user)
        .filter(run=run)
        .select_related("run__school", "learner"),
        pk=enrolment_id,
    )
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _finish_page(request, run, refused=row.pk, status=422)
    grant_completion(enrolment=row, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("特批结业了，原因记下了。"))
    return redirect("desk:finish", pk)


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificates of a run; those that completed before there were any."""
    run = run_to_certify(request, pk)
    if request.method == "POST" and request.POST.get("all"):
        done = each_alone(
            without_certificate(request.user, run),
            lambda row: int(bool(issue_late(enrolment=row, by=request.user))),
            trouble="certificate of enrolment %s not issued",
        )
        words = ngettext(
            "补发了 %(number)s 张证书。", "补发了 %(number)s 张证书。", done
        )
        messages.success(request, words % {"number": done})
        return redirect("desk:certificates", pk)
    if request.method == "POST":
        row = get_object_or_404(
            without_certificate(request.user, run),
            pk=posted_number(request, "enrolment"),
        )
        issue_late(enrolment=row, by=request.user)
        messages.success(request, _("证书发好了。"))
        return redirect("desk:certificates", pk)
    found = certificates_for_desk(request.user, run)
    return render(
        request,
        "learning/desk/certificates.html",
        {
            "run": run,
            "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "without": without_certificate(request.user, run)[:ROWS_A_PAGE],
            "valid": found.valid().count(),
            "has_pdf": not unavailable_reason(),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def waiting_certificates(request: HttpRequest) -> HttpResponse:
    """Certificates that somebody has to look at before they are issued."""
    require(can_manage_runs(request.user))
    found = certificates_to_review(request.user)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "learning/desk/waiting_certificates.html", {"page": page})


def _certificate(request: HttpRequest, pk: int) -> Certificate:
    found: Certificate = get_object_or_404(
        Certificate.objects.select_related(
            "enrolment__run__course",
            "enrolment__run__school",
            "enrolment__learner",
            "replaced_by",
            "replaces",
        ),
        pk=pk,
    )
    run = found.enrolment.run
    if not can_see_roster(request.user, run):
        raise Http404
    require(can_manage_certificates(request.user, run))
    if found.enrolment.learner_id == request.user.pk:
        raise Http404
    return found


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: its sheet, its history, and the steps that it allows."""
    found = _certificate(request, pk)
    step = request.POST.get("step", "")
    if request.method == "POST" and step == "issue":
        review_certificate(certificate=found, by=request.user, issue=True)
        messages.success(request, _("证书发好了。"))
        return redirect("desk:certificate", pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return _take_step(request, found, step, form.cleaned_data["reason"])
    return render(
        request,
        "learning/desk/certificate.html",
        {
            "certificate": found,
            "run": found.enrolment.run,
            "sheet": sheet_of(request, found),
            "form": form,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _take_step(
    request: HttpRequest, found: Certificate, step: str, reason: str
) -> HttpResponse:
    if step == "refuse":
        review_certificate(
            certificate=found, by=request.user, issue=False, reason=reason
        )
        messages.success(request, _("记下了，这张证书不发。"))
    elif step == "reissue":
        made = reissue_certificate(certificate=found, by=request.user, reason=reason)
        messages.success(request, _("换发好了。旧的一张已经作废。"))
        return redirect("desk:certificate", made.pk)
    elif step == "revoke":
        revoke_certificate(certificate=found, by=request.user, reason=reason)
        messages.success(request, _("撤销了。别人再查，会看到「已撤销」。"))
    return redirect("desk:certificate", found.pk)


def _sheets(request: HttpRequest, run: CourseRun) -> list[Any]:
    """The sheets of one page of valid certificates, in the order of their numbers."""
    found = certificates_for_desk(request.user, run).valid().order_by("year", "number")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    sheets = [sheet_of(request, one) for one in page]
    if sheets and request.method == "GET":
        record_audit(
            actor=request.user,
            action="certificate.printed",
            subject=run,
            school_id=run.school_id,
            rows=len(sheets),
        )
    return [one for one in sheets if one]


@access(Rule.STAFF)
@never_cache
@require_safe
def print_certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """All valid certificates of a run, a sheet each, ready for the printer."""
    run = run_to_certify(request, pk)
    is_instead = request.GET.get("pdf") == "none"
    context = {"run": run, "sheets": _sheets(request, run), "is_instead": is_instead}
    return render(request, "print/certificates.html", context)


@access(Rule.STAFF)
@never_cache
@require_safe
def certificates_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as one PDF; where none can be made, the print view says so."""
    run = run_to_certify(request, pk)
    sheets = _sheets(request, run)
    if not sheets:
        return redirect("desk:certificates", pk)
    try:
        pdf = render_pdf(sheets_html(sheets))
    except PdfUnavailableError:
        return redirect(f"{reverse('desk:print_certificates', args=[pk])}?pdf=none")
    return pdf_response(pdf, f"{_('证书')}-{run.course.title}.pdf")
