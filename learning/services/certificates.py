"""Certificates: earned by completion, issued once, never changed; revoked, issued anew."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.civil_time import civil_date
from core.models import SiteSettings
from core.services.audit import record_audit
from core.typed_codes import hash_code, new_code
from learning.certificate_words import hash_of, take_snapshot
from learning.exceptions import CertificateRefusedError, NoCertificateError
from learning.models import Certificate, CertificateYear, Enrolment
from learning.permissions import can_manage_certificates

# 16 characters are 80 bits: nobody finds one by trying.
LENGTH = 16


def earn_certificate(*, enrolment: Enrolment, at: datetime) -> Certificate | None:
    """What a completion earned: issued at once, or waiting for somebody to look at it.

    Called in the transaction of the completion, so that both happen or neither, once
    (invariant 3). None where the course gives no certificates.
    """
    course = enrolment.run.course
    if not course.gives_certificate:
        return None
    known = Certificate.objects.filter(enrolment=enrolment).order_by("pk").first()
    if known is not None:
        return known
    made = Certificate(enrolment=enrolment, created_at=at)
    if course.reviews_certificate:
        made.save()
        return made
    return _issue(made, by=None, at=at)


@transaction.atomic
def review_certificate(
    *,
    certificate: Certificate,
    by: Any,
    issue: bool,
    reason: str = "",
    at: datetime | None = None,
) -> Certificate:
    """Issue what waited, or refuse it with a reason. The same answer again is no error.

    Raises:
        CertificateRefusedError: not staff of the school, one's own, or no reason.
        NoCertificateError: it does not wait any more.
    """
    moment = at or timezone.now()
    row = _locked(certificate, by)
    if row.issued_at is not None and row.revoked_at is None and issue:
        return row
    if row.issued_at is not None or row.revoked_at is not None:
        raise NoCertificateError
    if issue:
        return _issue(row, by=by, at=moment)
    return _end(row, by=by, reason=reason, at=moment, action="certificate.refused")


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, by: Any, reason: str, at: datetime | None = None
) -> Certificate:
    """Say that a certificate does not hold any more; its check page says so at once.

    Raises: as `review_certificate`.
    """
    row = _locked(certificate, by)
    if row.issued_at is None or row.revoked_at is not None:
        raise NoCertificateError
    moment = at or timezone.now()
    return _end(row, by=by, reason=reason, at=moment, action="certificate.revoked")


@transaction.atomic
def reissue_certificate(
    *, certificate: Certificate, by: Any, reason: str, at: datetime | None = None
) -> Certificate:
    """Issue it anew with what is true now, a corrected name above all.

    The old one says «已换发» from then on. Asked again for the old one, the new one comes
    back.

    Raises: as `review_certificate`; NoCertificateError also where its holder is erased.
    """
    moment = at or timezone.now()
    row = _locked(certificate, by)
    following = Certificate.objects.filter(replaces=row).first()
    if following is not None:
        return following
    if row.issued_at is None or row.revoked_at is not None:
        raise NoCertificateError
    if not row.enrolment.learner.is_active:
        raise NoCertificateError
    _end(row, by=by, reason=reason, at=moment, action="certificate.replaced")
    made = Certificate(enrolment=row.enrolment, created_at=moment, replaces=row)
    return _issue(made, by=by, at=moment)


@transaction.atomic
def issue_late(
    *, enrolment: Enrolment, by: Any, at: datetime | None = None
) -> Certificate:
    """A certificate for a completion that has none: from before there were any.

    Raises:
        CertificateRefusedError: not staff of the school, or one's own.
        NoCertificateError: not complete, or the course gives none.
    """
    if by.pk == enrolment.learner_id or not can_manage_certificates(by, enrolment.run):
        raise CertificateRefusedError
    row = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("run__course__category", "run__school", "learner")
        .get(pk=enrolment.pk)
    )
    if not row.is_complete or not row.run.course.gives_certificate:
        raise NoCertificateError
    known = Certificate.objects.filter(enrolment=row, revoked_at__isnull=True).first()
    if known is not None and known.issued_at is not None:
        return known
    made = known or Certificate(enrolment=row, created_at=at or timezone.now())
    return _issue(made, by=by, at=at or timezone.now())


def _locked(certificate: Certificate, by: Any) -> Certificate:
    """The certificate as it is now, if the person may decide about it."""
    row: Certificate = (
        Certificate.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "enrolment__run__course__category",
            "enrolment__run__school",
            "enrolment__run__teacher",
            "enrolment__learner",
        )
        .get(pk=certificate.pk)
    )
    is_own = by.pk == row.enrolment.learner_id
    if is_own or not can_manage_certificates(by, row.enrolment.run):
        raise CertificateRefusedError
    return row


def _end(
    row: Certificate, *, by: Any, reason: str, at: datetime, action: str
) -> Certificate:
    why = " ".join(reason.split())[:120]
    if not why:
        raise CertificateRefusedError
    row.revoked_at, row.revoked_by, row.reason = at, by, why
    row.save()
    _write_down(row, by, action, reason=why)
    return row


def _issue(row: Certificate, *, by: Any, at: datetime) -> Certificate:
    year = civil_date(at).year
    number = _next_number(year)
    prefix = SiteSettings.current().certificate_prefix
    row.year, row.number = year, number
    row.serial = "-".join(part for part in (prefix, str(year), f"{number:04d}") if part)
    row.token = new_code(LENGTH)
    row.token_hash = hash_code(row.token)
    row.snapshot = take_snapshot(row.enrolment, at)
    row.snapshot_hash = hash_of(row.snapshot)
    row.issued_at, row.issued_by = at, by
    row.save()
    _write_down(row, by, "certificate.issued")
    return row


def _next_number(year: int) -> int:
    """The next number of the year; numbers have no gaps, since its row is locked."""
    CertificateYear.objects.get_or_create(year=year)
    row = CertificateYear.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def _write_down(row: Certificate, by: Any, action: str, **detail: Any) -> None:
    record_audit(
        actor=by,
        action=action,
        subject=row,
        school_id=row.enrolment.run.school_id,
        serial=row.serial,
        **detail,
    )
