"""Forms of signing up and signing in: one question, in the words of the street."""

import time
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.choices import ConsentKind
from accounts.consent import TEXTS
from accounts.exceptions import InvalidPhoneError
from accounts.form_words import drop_placeholders
from accounts.models import User
from accounts.phone import parse_phone
from accounts.services.consent import give_consent
from accounts.services.people import NAME_LENGTH, discard_unproved
from accounts.session_lifetime import begin_session, remember_shared_computer
from accounts.sms_limits import why_not_now

BY_EMAIL = "email"


def shared_computer_field() -> forms.BooleanField:
    """«这是公用电脑»: the session then ends with the browser (UX-LOGIN-2)."""
    return forms.BooleanField(required=False, label=_("这是公用电脑，关掉浏览器就退出"))


class LoginForm(allauth_forms.LoginForm):
    """Number, address or login name, with a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("手机号、邮箱或登录名")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].error_messages["required"] = _(
            "请填手机号、邮箱或登录名。"
        )
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].error_messages["required"] = _("请填密码。")
        self.fields["shared_computer"] = shared_computer_field()
        drop_placeholders(self)

    def clean_login(self) -> str:
        """The login as accounts have it: a local number becomes E.164.

        allauth knows `13800138000` for a phone number, but looks it up as typed.
        """
        login: str = super().clean_login()
        if "@" in login:
            return login
        try:
            return parse_phone(login)
        except InvalidPhoneError:
            return login

    def login(self, request: HttpRequest, redirect_url: Any = None) -> HttpResponse:
        """Sign in, or go on to the next step; the session lives as was asked."""
        remember_shared_computer(request, self.cleaned_data["shared_computer"])
        response: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            # allauth has just set its own lifetime over ours.
            begin_session(
                request, is_staff=request.user.has_staff_role(), now=time.time()
            )
        return response


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """«您的手机号?» An address signs in by its password, so it is not asked here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("email")
        self.fields["phone"].required = True
        self.fields["phone"].label = _("您的手机号？")
        self.fields["phone"].help_text = _("我们发一条短信给您，里面有 6 个数字。")
        self.fields["shared_computer"] = shared_computer_field()
        drop_placeholders(self)

    def clean_phone(self) -> str:
        """The number, if it may be sent a message now; the answer never tells whose."""
        if sentence := why_not_now(self.cleaned_data["phone"]):
            raise forms.ValidationError(sentence, code="rate_limited")
        return str(super().clean_phone())

    def clean(self) -> dict[str, Any]:
        """Keep the answer about the computer until the code has come."""
        cleaned: dict[str, Any] = super().clean()
        remember_shared_computer(context.request, cleaned.get("shared_computer", False))
        return cleaned


class SignupForm(allauth_forms.SignupForm):
    """A name and a way to prove who one is: a phone number, or else an address.

    With a number there is no password: the code is the key, and one may be set later.
    With an address (`?by=email`) a password is needed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_by_email = self._asks_for_email()
        for name in ("phone",) if self.is_by_email else ("email", "password1"):
            del self.fields[name]
        self.fields["display_name"] = forms.CharField(
            label=_("怎么称呼您？"),
            help_text=_("比如「李阿姨」「老张」，老师和同学会这样叫您。"),
            max_length=NAME_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            error_messages={"required": _("请填一个称呼，比如「李阿姨」。")},
        )
        if self.is_by_email:
            self._prepare_email_fields()
        else:
            self.fields["phone"].required = True
            self.fields["phone"].label = _("您的手机号？")
            self.fields["phone"].help_text = _("我们发一条短信给您，里面有 6 个数字。")
        self.fields["consent_account"] = forms.BooleanField(
            label=_(TEXTS[ConsentKind.ACCOUNT].label),
            help_text=_(TEXTS[ConsentKind.ACCOUNT].summary),
            error_messages={"required": _("同意了才能开账号，请看一看再勾上。")},
        )
        if not self.is_by_email:
            self.fields["consent_sms"] = forms.BooleanField(
                required=False,
                label=_(TEXTS[ConsentKind.SMS].label),
                help_text=_(TEXTS[ConsentKind.SMS].summary),
            )
        drop_placeholders(self)
        self.order_fields(["display_name", "phone", "email", "password1"])

    def clean_display_name(self) -> str:
        """The name without the spaces around it."""
        name = " ".join(self.cleaned_data["display_name"].split())
        if not name:
            raise forms.ValidationError(
                self.fields["display_name"].error_messages["required"]
            )
        return name

    def clean_phone(self) -> str:
        """The number, if it may be sent a message now."""
        phone: str = self.cleaned_data["phone"]
        if sentence := why_not_now(phone):
            raise forms.ValidationError(sentence, code="rate_limited")
        return phone

    def validate_unique_email(self, value: str) -> str:
        """The address; one that only waits for a code is nobody's yet."""
        if User.objects.unproved().filter(email__iexact=value).exists():
            return value
        return str(super().validate_unique_email(value))

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Save the account; two sign-ups at once end like one that came too late."""
        try:
            result: tuple[Any, Any] = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            result = super().try_save(request)
        return result

    def save(self, request: HttpRequest) -> Any:
        """Make the account, and its consents, in place of one never proved."""
        with transaction.atomic():
            discard_unproved(
                phone=self.cleaned_data.get("phone", ""),
                email=self.cleaned_data.get("email", ""),
            )
            return super().save(request)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Write down what the person has agreed to, in the version that was shown."""
        give_consent(user=user, kind=ConsentKind.ACCOUNT, by=user)
        if self.cleaned_data.get("consent_sms"):
            give_consent(user=user, kind=ConsentKind.SMS, by=user)

    def _asks_for_email(self) -> bool:
        if self.is_bound:
            return self.data.get("by") == BY_EMAIL or (
                "email" in self.data and "phone" not in self.data
            )
        request = context.request
        return request is not None and request.GET.get("by") == BY_EMAIL

    def _prepare_email_fields(self) -> None:
        email = self.fields["email"]
        email.required = True
        email.label = _("您的邮箱？")
        email.help_text = _("我们发一封邮件给您，里面有 6 个数字。")
        email.error_messages["required"] = _("请填邮箱，比如 lijie@example.com。")
        email.error_messages["invalid"] = _("请填邮箱，比如 lijie@example.com。")
        password = self.fields["password1"]
        password.required = True
        password.label = _("给自己定一个密码")
        password.help_text = _("至少 8 位，不要全是数字；可以是一句只有您知道的话。")
        password.error_messages["required"] = _("请定一个密码，至少 8 位。")
