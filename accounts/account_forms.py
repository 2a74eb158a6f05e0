"""Forms of the account page."""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_words import OwnWords
from accounts.services.people import NAME_LENGTH
from accounts.sms_limits import why_not_now


class NameForm(forms.Form):
    """What the person is called."""

    display_name = forms.CharField(
        label=_("怎么称呼您？"),
        help_text=_("比如「李阿姨」「老张」，老师和同学会这样叫您。"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("请填一个称呼，比如「李阿姨」。")},
    )


class BirthYearForm(forms.Form):
    """The year in which the person was born; `first` and `last` are the years taken."""

    birth_year = forms.IntegerField(
        label=_("您是哪一年出生的？"),
        help_text=_("写四位数的年份，比如 1955。"),
        # No arrows, and no wheel that turns the year by accident.
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "bday-year"}
        ),
    )

    def __init__(self, *args: Any, first: int, last: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["birth_year"]
        sentence = _("请填 %(first)s 到 %(last)s 之间的年份，比如 1955。")
        self.sentence = sentence % {"first": first, "last": last}
        field.error_messages |= {"required": self.sentence, "invalid": self.sentence}
        self.years = range(first, last + 1)

    def clean_birth_year(self) -> int:
        """A year in which somebody can have been born who is alive."""
        year: int = self.cleaned_data["birth_year"]
        if year not in self.years:
            raise forms.ValidationError(self.sentence, code="invalid")
        return year


PASSWORD_HELP = _("至少 8 位，不要全是数字；可以是一句只有您知道的话。")
NEW_PASSWORD = (_("新密码"), PASSWORD_HELP, _("请填新密码。"))
SAME_AGAIN = (_("再填一遍新密码"), "", _("请把新密码再填一遍。"))
NEW_EMAIL = (_("您的邮箱？"), "", _("请填邮箱，比如 lijie@example.com。"))


class AddEmailForm(OwnWords, allauth_forms.AddEmailForm):
    """One more address."""

    words: ClassVar[dict[str, Any]] = {"email": NEW_EMAIL}


class ChangePhoneForm(OwnWords, allauth_forms.ChangePhoneForm):
    """Another number; a code goes to it, as often as to any number."""

    words: ClassVar[dict[str, Any]] = {
        "phone": (
            _("新手机号？"),
            _("我们发一条短信到这个号码。"),
            _("请填手机号，比如 138 0013 8000。"),
        )
    }

    def clean_phone(self) -> str:
        """The number, if it may be sent a message now."""
        phone = str(super().clean_phone())
        if sentence := why_not_now(phone):
            raise forms.ValidationError(sentence, code="rate_limited")
        return phone


class ChangePasswordForm(OwnWords, allauth_forms.ChangePasswordForm):
    """Another password in place of the one that is known."""

    words: ClassVar[dict[str, Any]] = {
        "oldpassword": (_("现在的密码"), "", _("请填现在用的密码。")),
        "password1": NEW_PASSWORD,
        "password2": SAME_AGAIN,
    }


class SetPasswordForm(OwnWords, allauth_forms.SetPasswordForm):
    """A password for an account that has none."""

    words: ClassVar[dict[str, Any]] = {
        "password1": NEW_PASSWORD,
        "password2": SAME_AGAIN,
    }


class ResetPasswordKeyForm(OwnWords, allauth_forms.ResetPasswordKeyForm):
    """A new password by the link of an e-mail."""

    words: ClassVar[dict[str, Any]] = {
        "password1": NEW_PASSWORD,
        "password2": SAME_AGAIN,
    }


class ResetPasswordForm(OwnWords, allauth_forms.ResetPasswordForm):
    """Where the link to a new password goes."""

    words: ClassVar[dict[str, Any]] = {"email": NEW_EMAIL}


class ReauthenticateForm(OwnWords, allauth_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    words: ClassVar[dict[str, Any]] = {
        "password": (_("密码"), "", _("请再填一次密码。"))
    }
