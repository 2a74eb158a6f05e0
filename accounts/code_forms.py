"""Forms in which a code is typed: full-width digits and spaces are welcome."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as allauth_mfa_forms
from allauth.mfa.totp import forms as allauth_totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.codes import clean_digits, redeem_code
from accounts.services.people import discard_unproved


class CodeField(forms.CharField):
    """One box for the digits; paste and the phone's own filling-in work (UX-LOGIN-1)."""

    default_error_messages = {"required": _("请填 6 个数字。")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
            ),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The digits alone."""
        return clean_digits(super().clean(value))


class StoredCodeForm(allauth_forms.BaseConfirmCodeForm):
    """Compares what was typed with the hash that the session holds."""

    expected_code: str | None
    code = CodeField(label=_("短信里的 6 个数字"))

    def clean_code(self) -> str:
        """The digits, if they are the code and it has not been used.

        allauth then compares two plain strings, and does what else it does.
        """
        typed: str = self.cleaned_data["code"]
        is_right = redeem_code(self.expected_code or "", typed)
        self.expected_code = typed if is_right and self.is_for_somebody() else ""
        return str(super().clean_code())

    def is_for_somebody(self) -> bool:
        """Whether the account that the code is for is still there."""
        return True


class ConfirmLoginCodeForm(StoredCodeForm, allauth_forms.ConfirmLoginCodeForm):
    """The code of a sign-in."""


class VerifyPhoneForm(StoredCodeForm, allauth_forms.VerifyPhoneForm):
    """The code that proves a number, at sign-up or when it changes."""

    def is_for_somebody(self) -> bool:
        """A later sign-up with the number has taken the place of an unproved one."""
        return self.user is not None


class ConfirmEmailCodeForm(
    StoredCodeForm, allauth_forms.ConfirmEmailVerificationCodeForm
):
    """The code that proves an address."""

    code = CodeField(label=_("邮件里的 6 个数字"))

    def is_for_somebody(self) -> bool:
        """As for a number; and the address is theirs before any waiting sign-up's."""
        if self.user is None:
            return False
        discard_unproved(email=self.email, keep=self.user)
        return True


class ProveForm(forms.Form):
    """The code that was sent to the person's own number or address, once more."""

    code = CodeField(label=_("收到的 6 个数字"))

    def __init__(self, *args: Any, expected_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected_code = expected_code

    def clean_code(self) -> str:
        """The digits, if they are the code and it has not been used."""
        typed: str = self.cleaned_data["code"]
        if not redeem_code(self.expected_code, typed):
            raise forms.ValidationError(
                _("请对照短信或邮件，把 6 个数字再填一次。"), code="incorrect_code"
            )
        return typed


class AuthenticateForm(allauth_mfa_forms.AuthenticateForm):
    """The second factor at sign-in; a recovery code has eight digits."""

    code = CodeField(label=_("验证器上的 6 个数字，或一个备用码"))


class ReauthenticateForm(allauth_mfa_forms.ReauthenticateForm):
    """The second factor once more, before something that matters."""

    code = CodeField(label=_("验证器上的 6 个数字，或一个备用码"))


class ActivateTOTPForm(allauth_totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator."""

    code = CodeField(label=_("验证器上的 6 个数字"))
