"""Certificates as sheets of paper: what the page, the printer and the PDF share."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from core.origin import public_address, public_host
from learning.certificate_sheet import Sheet, lay_out
from learning.models import Certificate


def sheet_of(request: HttpRequest, certificate: Certificate) -> Sheet | None:
    """The sheet with this site's addresses; None where nothing is left to show (P-5)."""
    if not certificate.snapshot:
        return None
    short = f"{public_host(request)}{reverse('check')}".rstrip("/")
    code = reverse("certificate_code", args=[certificate.token])
    return lay_out(
        certificate, address=short, code_address=public_address(request, code)
    )


def sheets_html(sheets: Iterable[Sheet | None]) -> str:
    """A document of one page for each sheet, with nothing that must be fetched."""
    return render_to_string(
        "print/certificates_pdf.html", {"sheets": [one for one in sheets if one]}
    )


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """The file to keep; what it is called may be Chinese."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
