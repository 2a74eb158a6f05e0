"""A certificate for its holder, and the public page on which anybody checks one."""

from typing import Any

# The public function counts posts alone, and a QR code is opened by a GET.
from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access
from core.exceptions import PdfUnavailableError
from core.origin import public_address
from core.pdf import render_pdf, unavailable_reason
from core.typed_codes import clean_code, hash_code
from learning.certificate_pdf import pdf_response, sheet_of, sheets_html
from learning.certificate_words import masked
from learning.choices import CertificateState
from learning.models import Certificate
from learning.services.certificates import LENGTH
from learning.views import person

CHECK = "check_certificate"


def own_certificate(request: HttpRequest, pk: int) -> Certificate:
    """One of the person's own; another's looks like none (S-IDOR-1)."""
    found: Certificate = get_object_or_404(
        Certificate.objects.shown_to_holder()
        .filter(enrolment__learner=person(request))
        .select_related("enrolment__run__course", "replaced_by"),
        pk=pk,
    )
    return found


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet, and what it says in letters that can be read and read aloud."""
    found = own_certificate(request, pk)
    code_address = public_address(
        request, reverse("certificate_code", args=[found.token])
    )
    return render(
        request,
        "learning/certificate.html",
        {
            "certificate": found,
            "sheet": sheet_of(request, found),
            "address": code_address,
            "is_valid": found.state is CertificateState.VALID,
            "has_pdf": not unavailable_reason(),
        },
    )


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF; where none can be made, the page says what to do instead."""
    found = own_certificate(request, pk)
    if found.state is not CertificateState.VALID:
        return redirect("learning:certificate", pk)
    try:
        pdf = render_pdf(sheets_html([sheet_of(request, found)]))
    except PdfUnavailableError:
        return render(request, "learning/no_pdf.html", {"back": found}, status=503)
    return pdf_response(pdf, f"{_('证书')}-{found.serial}.pdf")


@access(Rule.PUBLIC)
@never_cache
@require_safe
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Is this certificate true? Title, hours, month, a masked name and what it is now.

    A code is 80 bits of chance and is looked up by its hash; tries are counted for each
    address, so that nobody finds one by trying. A wrong code, one of a sheet that was
    never issued and one too short get the same answer.
    """
    typed = code or request.GET.get("k", "")
    context: dict[str, Any] = {"typed": typed}
    status = 200
    if typed:
        consume(
            request,
            app="allauth.account",
            action=CHECK,
            limit_get=True,
            raise_exception=True,
        )
        context |= _looked_up(clean_code(typed))
        status = 200 if context["found"] else 404
    return render(request, "learning/check.html", context, status=status)


def _looked_up(code: str) -> dict[str, Any]:
    found = (
        Certificate.objects.shown_to_holder()
        .select_related("replaced_by", "enrolment__run__school")
        .filter(token_hash=hash_code(code))
        .first()
    )
    if found is None or len(code) != LENGTH:
        return {"found": None}
    facts = found.snapshot
    return {
        "found": found,
        "facts": facts,
        "masked_name": masked(facts.get("name", "")),
        "is_valid": found.state is CertificateState.VALID,
        "is_replaced": found.state is CertificateState.REPLACED,
    }
