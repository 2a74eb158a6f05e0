from core.models.audit import AuditEntry
from core.models.files import (
    MediaFile,
    SiteDocument,
    SiteImage,
    SiteRendition,
)
from core.models.help_text import HelpText
from core.models.idempotency import IdempotencyKey
from core.models.outbox import OutboxMessage
from core.models.site import SiteSettings
from core.models.uploads import Upload

__all__ = [
    "AuditEntry",
    "HelpText",
    "IdempotencyKey",
    "MediaFile",
    "OutboxMessage",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "SiteSettings",
    "Upload",
]
