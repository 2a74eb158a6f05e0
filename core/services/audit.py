"""Writing the audit log."""

from typing import Any

from core.models import AuditEntry


def record_audit(
    *,
    actor: Any,
    action: str,
    subject: Any = None,
    school_id: int | None = None,
    **detail: Any,
) -> AuditEntry:
    """Write one entry in the caller's transaction; the act and its entry stand together.

    `detail` holds plain values only, never a phone number or a secret.
    """
    return AuditEntry.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        school_id=school_id,
        detail=detail,
    )
