"""Where allauth meets this site: numbers, codes, words, secrets."""

import base64
import hashlib
import logging
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import codes
from accounts.alerts import tell_of_new_device
from accounts.devices import device_of, remember_person
from accounts.exceptions import SmsNotSentError
from accounts.models import User, new_username
from accounts.phone import MobilePhoneField
from accounts.services.people import change_phone
from accounts.session_lifetime import begin_session, end_soon, is_shared_computer
from accounts.sms import send_sms
from accounts.sms_limits import consume_code_sms
from core.models import SiteSettings
from core.origin import on_public_origin

logger = logging.getLogger(__name__)
EMAIL_STAGE = "allauth.account.stages.EmailVerificationStage"


def display_name(user: User) -> str:
    """What allauth calls a person in its messages."""
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in by phone number with a code, or by e-mail with a password."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号停用了，请打求助电话。"),
        "email_password_mismatch": _("邮箱和密码对不上，请再看一看。"),
        "phone_password_mismatch": _("手机号和密码对不上，请再看一看。"),
        "username_password_mismatch": _("登录名和密码对不上，请再看一看。"),
        "invalid_login": _("请填手机号、邮箱或登录名。"),
        "email_taken": _("这个邮箱已经有账号了，请直接登录。"),
        "phone_taken": _("这个手机号已经有账号了，请直接登录。"),
        "duplicate_email": _("这个邮箱已经在您的账号里了。"),
        "incorrect_code": _("请对照短信或邮件，把 6 个数字再填一次。"),
        "incorrect_password": _("请再填一次密码。"),
        "enter_current_password": _("请填现在用的密码。"),
        "same_as_current": _("请填一个新的，和现在的不一样。"),
        "too_many_login_attempts": _("试的次数够多了，请过一会儿再来，或打求助电话。"),
        "rate_limited": _("请稍等一会儿再要，或打求助电话。"),
    }

    # --- phone numbers -----------------------------------------------------
    def phone_form_field(self, **kwargs: Any) -> MobilePhoneField:
        """The field for a number as residents type it."""
        return MobilePhoneField(**kwargs)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """The person's number, and whether it is proved."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Give the person a number."""
        change_phone(user=user, phone=phone, is_verified=verified, by=user)

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """The person has proved the number; it is theirs from now on."""
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Whose number it is; nobody's while a sign-up with it waits for its code.

        Else a stranger could sign up with somebody's number, choose the name and the
        consents, and the owner would land in that account by the first code.
        """
        waiting = User.objects.unproved().values("pk")
        return User.objects.filter(phone=phone).exclude(pk__in=waiting).first()

    # --- codes -------------------------------------------------------------
    def generate_phone_verification_code(self, *, user: Any, phone: str) -> str:
        """A code for the number, in the form that the session may keep."""
        return codes.issue_code()

    def generate_email_verification_code(self) -> str:
        """A code for the address, in the form that the session may keep."""
        return codes.issue_code()

    def generate_login_code(self) -> str:
        """A code to sign in by, in the form that the session may keep."""
        return codes.issue_code()

    def send_verification_code_sms(
        self, user: Any, phone: str, code: str, **kwargs: Any
    ) -> None:
        """Send the digits of the code."""
        digits = codes.digits_of(code)
        self._send_code_sms(phone, "code", {"code": digits})
        self._show_on_page(phone, digits)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """The number has no account: its owner alone is told, by message."""
        self._send_code_sms(phone, "unknown_account", {})

    def send_account_already_exists_sms(self, phone: str) -> None:
        """The number has an account: its owner alone is told, by message."""
        self._send_code_sms(phone, "already_exists", {})

    def _send_code_sms(self, phone: str, template: str, params: dict[str, Any]) -> None:
        # Whatever the number, the same limit, the same sender and the same failure,
        # so that neither the answer nor its time tells whether it has an account.
        consume_code_sms(phone)
        end_soon(context.request)
        try:
            send_sms(phone, template, params)
        except SmsNotSentError as error:
            logger.warning("no code sent: %s", error)
            raise ImmediateHttpResponse(
                render(context.request, "accounts/sms_unavailable.html", status=503)
            ) from error

    def _show_on_page(self, recipient: str, digits: str) -> None:
        if settings.SHOW_CODES_ON_PAGE:
            context.request.session[codes.SHOWN_SESSION_KEY] = [recipient, digits]

    # --- e-mail ------------------------------------------------------------
    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send a message; a code in its context is replaced by the digits.

        Links lead to the configured origin, whatever host was asked (S-HOST-1).
        """
        context = {
            name: on_public_origin(value) if name.endswith("url") else value
            for name, value in context.items()
        }
        if stored := context.get("code"):
            digits = codes.digits_of(stored)
            context = {**context, "code": digits}
            self._show_on_page(email, digits)
            end_soon(self.request)
        super().send_mail(template_prefix, email, context)

    def format_email_subject(self, subject: str) -> str:
        """The subject behind the name of the site."""
        return f"【{site_name()}】{subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to a new password, on the configured origin (S-HOST-1)."""
        url: str = super().get_reset_password_from_key_url(key)
        return on_public_origin(url)

    # --- accounts ----------------------------------------------------------
    def generate_unique_username(
        self, txts: list[str | None], regex: str | None = None
    ) -> str:
        """An opaque name: what people call themselves is nobody's key."""
        return new_username()

    def save_user(
        self, request: HttpRequest, user: Any, form: Any, commit: bool = True
    ) -> Any:
        """Write the new account whole or not at all."""
        user.display_name = form.cleaned_data["display_name"]
        with transaction.atomic():
            return super().save_user(request, user, form, commit)

    # --- signing in --------------------------------------------------------
    def is_safe_url(self, url: str) -> bool:
        """Whether the way back is a path of this site (S-REDIR-1)."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    def get_login_stages(self) -> list[str]:
        """The steps of allauth, with our own for the e-mail address."""
        return [
            "accounts.stages.ProvedContactStage" if path == EMAIL_STAGE else path
            for path in super().get_login_stages()
        ]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in under a new session id, and start counting its time.

        Who has been here before, but never on this device, is told of it.
        """
        came_before = user.last_login is not None
        super().login(request, user)
        request.session.pop(codes.SHOWN_SESSION_KEY, None)
        is_staff = user.has_staff_role()
        begin_session(request, is_staff=is_staff, now=time.time())
        if came_before and not device_of(request).knows(user):
            tell_of_new_device(user)
        remember_person(
            request, user, is_staff=is_staff, is_shared=is_shared_computer(request)
        )
        logger.info("signed in: user %s", user.pk)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Whoever waits for the end of the account comes first to where it is kept."""
        if user.erasure_requests.waiting().exists():
            kwargs["redirect_url"] = reverse("accounts:delete")
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a trace of a refused password, without what was typed."""
        logger.warning("sign-in refused from %s", self.get_client_ip(request))


class MFAAdapter(DefaultMFAAdapter):
    """Second factor: its secrets encrypted at rest, its words those of the site."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("请对照验证器，把现在显示的 6 个数字填进来。"),
        "unverified_email": _("请先验证您的邮箱，再设第二道验证。"),
    }

    def encrypt(self, text: str) -> str:
        """The secret as the database keeps it."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret of what the database keeps.

        Raises:
            cryptography.fernet.InvalidToken: written with another MFA_ENCRYPTION_KEY.
        """
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        """The name that the authenticator app shows."""
        return display_name(user)

    def get_totp_issuer(self) -> str:
        """The site's name in the authenticator app."""
        return site_name()


def site_name() -> str:
    """The site's name as its settings have it."""
    settings_of_site = SiteSettings.load(request_or_site=context.request)
    return str(settings_of_site.name)


def _fernet() -> Fernet:
    # A key of its own, so that SECRET_KEY can be changed without locking out staff.
    if not settings.MFA_ENCRYPTION_KEY:
        raise RuntimeError("MFA_ENCRYPTION_KEY is not set")
    digest = hashlib.sha256(settings.MFA_ENCRYPTION_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
