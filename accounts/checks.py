"""Mistakes of a deployment that are better met at the start than at the first code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, Info, Tags, register


@register(Tags.security, deploy=True)
def check_sign_in_settings(app_configs: Any, **kwargs: Any) -> list[Any]:
    """A real site sends messages, hides codes and asks staff for a second factor."""
    found: list[Any] = []
    if settings.SHOW_CODES_ON_PAGE:
        found.append(
            Error(
                "SHOW_CODES_ON_PAGE shows every code to everybody.", id="accounts.E001"
            )
        )
    if not settings.STAFF_SECOND_FACTOR:
        found.append(Error("STAFF_SECOND_FACTOR is off.", id="accounts.E002"))
    if settings.SMS_BACKEND == "accounts.sms.RefusingBackend":
        found.append(
            Info(
                "No SMS sender is configured: people sign in by e-mail alone.",
                hint="Set SMS_BACKEND to a subclass of accounts.sms.SmsBackend.",
                id="accounts.I001",
            )
        )
    journal = Path(settings.ERASURE_JOURNAL).resolve()
    if Path(settings.VAR_DIR).resolve() in journal.parents:
        found.append(
            Info(
                "The erase journal lies in VAR_DIR: a restore of that folder loses it.",
                hint="Set ERASURE_JOURNAL to a file elsewhere (docs/privacy.md).",
                id="accounts.I002",
            )
        )
    return found
