"""What an adoption is worth, and where stories go: the centre's own lists."""

from typing import Any

from django.db import transaction

from core.services.audit import record_audit


@transaction.atomic
def change_points(*, form: Any, by: Any) -> Any:
    """Save a valid form of an outlet, a rule or the switches, and note who changed it."""
    changed = form.changed_data
    saved = form.save()
    if changed:
        record_audit(
            actor=by,
            action="publicity.changed",
            subject=saved,
            fields=changed,
        )
    return saved
