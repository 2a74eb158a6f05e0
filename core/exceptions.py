"""Errors of the mechanisms in `core`."""


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
