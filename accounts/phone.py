"""Phone numbers: how people type them, how the site stores them."""

import unicodedata
from typing import Any

import phonenumbers
from allauth.account.fields import PhoneField
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.exceptions import InvalidPhoneError

# What is typed is never longer; anything beyond is not worth parsing.
MAX_TYPED_LENGTH = 40


def parse_phone(raw: str) -> str:
    """The number in E.164 (`+8613800138000`), a mainland number without its prefix too.

    Full-width digits, spaces, hyphens and `0086` are accepted (UX-FORM-2).

    Raises:
        InvalidPhoneError: no valid number, or a fixed line, which takes no messages.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    if len(text) > MAX_TYPED_LENGTH:
        raise InvalidPhoneError
    try:
        number = phonenumbers.parse(text, settings.PHONE_DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhoneError from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhoneError
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise InvalidPhoneError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(number: str | None) -> str:
    """`138****8000`, the form in which lists show a number (P-8); empty without one."""
    local = (number or "").removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) > 7 else ""


class MobilePhoneField(PhoneField):
    """A mobile number as residents type it; its value is E.164."""

    default_error_messages = {
        "required": _("请填手机号，比如 138 0013 8000。"),
        "invalid_phone": _("请填 11 位手机号，比如 138 0013 8000。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        if not text:
            return text
        try:
            return parse_phone(text)
        except InvalidPhoneError as error:
            raise forms.ValidationError(
                self.error_messages["invalid_phone"], code="invalid_phone"
            ) from error
