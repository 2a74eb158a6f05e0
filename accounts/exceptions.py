"""Errors of the accounts app."""


class InvalidPhoneError(ValueError):
    """The text is no phone number that can take a text message."""


class SmsNotSentError(Exception):
    """A text message did not leave; whoever asked for it is told so at once."""


class NoSmsSenderError(SmsNotSentError):
    """No SMS sender is configured."""


class SmsBudgetSpentError(SmsNotSentError):
    """The site has sent as many text messages as it may in this minute or day."""


class SecondFactorResetRefusedError(Exception):
    """A second factor may not be reset thus; the message is for the one who asked."""


class ConsentNeededError(Exception):
    """The account cannot be without this consent; it ends with the account."""


class ErasureRefusedError(Exception):
    """An account may not be deleted now; the message says what has to come first."""
