"""Logs: one line an entry whatever a visitor sends, and no full phone number."""

import logging
import re

_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1\d{2})\d{4}(\d{4})(?!\d)")


def mask_phones(text: str) -> str:
    """`138****8000` for every mobile number in the text."""
    return _PHONE.sub(r"\1****\2", text)


class MaskPhones(logging.Filter):
    """Masks numbers in every record, its arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_phones(record.getMessage())
        record.args = ()
        return True


class OneLineFormatter(logging.Formatter):
    """Escapes line ends and other control characters of the message (S-LOG-1)."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = "".join(
            char if char.isprintable() else repr(char)[1:-1] for char in record.message
        )
        return super().formatMessage(record)
