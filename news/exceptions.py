"""Errors of the news app; each message is for the person who gets it."""

from core.exceptions import RefusedError


class NotSubmittedError(RefusedError):
    """A story lacks what it needs to be offered to the outlets."""


class NotForOutletsError(RefusedError):
    """A story may not leave the house: not reviewed, or a picture without consent."""


class StepRefusedError(RefusedError):
    """A submission is not where that step begins."""

    status = 409


class ClippingRefusedError(RefusedError):
    """A clipping is neither a picture nor a PDF, or too large."""
