"""Errors of the mechanisms in `core`."""

from django.utils.translation import gettext_lazy as _


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row of a log that only grows."""


class KeyReusedError(Exception):
    """An idempotency key came again with another body or for another action."""


class MediaRefusedError(Exception):
    """A file is none that the site can play; the message says what to do."""


class CaptionsRefusedError(Exception):
    """A caption file cannot be read; the message says what to do."""


class RefusedError(Exception):
    """The site will not do what was asked; the message is for the person who asked.

    Where no view catches it, `RefusalMiddleware` answers with a page that shows the
    message and the way back, never a stack trace. Nothing has been changed.
    """

    status = 422


class PdfUnavailableError(Exception):
    """No PDF can be made here; `reason` says why, in the operator's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingGlyphError(PdfUnavailableError):
    """No font of the machine has these characters: better no sheet than an empty box."""


class UploadRefusedError(RefusedError):
    """A file, or a part of one, cannot be taken; the message says what to do."""


class UploadBusyError(RefusedError):
    """The file is being put together by another request; asking again finds it."""

    status = 409

    def __str__(self) -> str:
        return str(_("正在存，请稍等几秒钟。"))
