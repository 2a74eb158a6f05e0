"""Errors of the accounts app."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import RefusedError


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


class NumberTakenError(Exception):
    """An account has that telephone number already."""


class CodeNotGivenError(RefusedError):
    """Staff may not let this person in by a code of theirs."""

    status = 403

    def __str__(self) -> str:
        return str(
            _(
                "这个账号不能用登录码：工作人员、开了第二重验证的人，请用自己的手机登录。"
            )
        )


class CardRefusedError(RefusedError):
    """No card for a closed account, or for oneself."""

    status = 403

    def __str__(self) -> str:
        return str(_("这个账号停用了，或者是您自己的，不能发卡。"))


class FamilyRefusedError(RefusedError):
    """The two cannot be linked thus, or somebody else decides."""

    status = 409

    def __str__(self) -> str:
        return str(
            _("没有办成：要老人本人同意，一位老人最多四位家人帮忙。请刷新页面再看看。")
        )
