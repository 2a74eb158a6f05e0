from core.models.audit import AuditEntry
from core.models.files import (
    MediaFile,
    SiteDocument,
    SiteImage,
    SiteRendition,
)
from core.models.idempotency import IdempotencyKey
from core.models.outbox import OutboxMessage
from core.models.site import SiteSettings

__all__ = [
    "AuditEntry",
    "IdempotencyKey",
    "MediaFile",
    "OutboxMessage",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "SiteSettings",
]
