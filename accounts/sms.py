"""The one way by which text messages leave the site.

`settings.SMS_BACKEND` names a class with `send_template(phone, template, params)`.
Chinese carriers accept only a registered template and its variables, so a message is a
name and values, never a text. A carrier's client is a subclass that writes `deliver`.
"""

import logging
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.exceptions import NoSmsSenderError, SmsBudgetSpentError
from core.logging import mask_phones

logger = logging.getLogger(__name__)
MINUTE_S = 60
DAY_S = 24 * 3600


@dataclass(frozen=True)
class SmsMessage:
    """One message: E.164 number, name of the template, values for its variables."""

    phone: str
    template: str
    params: dict[str, Any] = field(default_factory=dict)


class SmsBackend:
    """What every sender shares: the budget of the whole site, then the sending."""

    def send_template(self, phone: str, template: str, params: dict[str, Any]) -> None:
        """Send one message, if the site's budget allows.

        Raises:
            SmsBudgetSpentError: too many messages in this minute or this day; the
                breaker against floods, whoever asks and for whatever number (S-SMS-1).
            SmsNotSentError: the sender did not take the message.
        """
        spend_budget()
        self.deliver(SmsMessage(phone, template, dict(params)))

    def deliver(self, message: SmsMessage) -> None:
        """Hand the message to the carrier; raise SmsNotSentError if it refuses."""
        raise NotImplementedError


class RefusingBackend(SmsBackend):
    """The default: says that nobody has configured a sender, and sends nothing."""

    def send_template(self, phone: str, template: str, params: dict[str, Any]) -> None:
        """Refuse.

        Raises:
            NoSmsSenderError: always.
        """
        raise NoSmsSenderError(
            "No SMS sender is configured: set SMS_BACKEND to a subclass of "
            "accounts.sms.SmsBackend."
        )


class ConsoleBackend(SmsBackend):
    """For one's own machine: the message goes to the log, its number masked."""

    def deliver(self, message: SmsMessage) -> None:
        """Write the message to the log."""
        logger.info(
            "SMS to %s: %s %s",
            mask_phones(message.phone),
            message.template,
            " ".join(f"{name}={value}" for name, value in message.params.items()),
        )


class MemoryBackend(SmsBackend):
    """For tests: messages stay in `outbox`."""

    outbox: ClassVar[list[SmsMessage]] = []

    def deliver(self, message: SmsMessage) -> None:
        """Keep the message."""
        self.outbox.append(message)


def send_sms(phone: str, template: str, params: dict[str, Any] | None = None) -> None:
    """Send one message by the configured sender.

    Raises:
        SmsNotSentError: see `SmsBackend.send_template`.
    """
    import_string(settings.SMS_BACKEND)().send_template(phone, template, params or {})


def spend_budget() -> None:
    """Count one message against the site's minute and its day (Shanghai).

    Raises:
        SmsBudgetSpentError: one of the two is used up; logged as an error, once for
            each message refused, so that whoever watches the log is called.
    """
    now = timezone.localtime()
    minute = f"accounts:sms:{now:%Y%m%d%H%M}"
    day = f"accounts:sms:{now:%Y%m%d}"
    for key, limit, seconds in (
        (minute, settings.SMS_MINUTE_BUDGET, MINUTE_S),
        (day, settings.SMS_DAILY_BUDGET, DAY_S),
    ):
        # `add` does nothing where the counter is there; `incr` is one step in a
        # shared cache, so that parallel requests cannot both be the last one.
        cache.add(key, 0, 2 * seconds)
        if cache.incr(key) > limit:
            logger.error("SMS budget spent: more than %s in %s s", limit, seconds)
            raise SmsBudgetSpentError("SMS budget spent")
