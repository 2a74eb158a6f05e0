"""What the pages of signing in need beyond their views' context."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.codes import SHOWN_SESSION_KEY
from accounts.consent import TEXTS, ConsentText
from accounts.forms import RequestLoginCodeForm
from accounts.sms_limits import seconds_to_wait

register = template.Library()
MAINLAND_LENGTH = 11


@register.simple_tag(takes_context=True)
def code_on_page(context: dict[str, Any], recipient: str) -> str:
    """The code just sent to the recipient, on a machine that shows codes; else ""."""
    if not settings.SHOW_CODES_ON_PAGE:
        return ""
    shown = context["request"].session.get(SHOWN_SESSION_KEY)
    return shown[1] if shown and shown[0] == recipient else ""


@register.simple_tag
def login_code_form() -> RequestLoginCodeForm:
    """The empty form for a phone number, beside the one for a password."""
    return RequestLoginCodeForm(auto_id="id_code_%s")


@register.simple_tag
def wait_for_resend(phone: str) -> int:
    """Seconds until another code may be sent to the number."""
    return seconds_to_wait(phone) if phone else 0


@register.simple_tag
def consent_texts() -> list[ConsentText]:
    """The texts as they stand today."""
    return list(TEXTS.values())


# What a browser says of itself, most telling words first; shown to residents.
DEVICE_NAMES = (
    ("MicroMessenger", _("微信")),
    ("iPhone", _("苹果手机")),
    ("iPad", _("苹果平板")),
    ("HarmonyOS", _("鸿蒙手机或平板")),
    ("Android", _("安卓手机或平板")),
    ("Windows", _("Windows 电脑")),
    ("Macintosh", _("苹果电脑")),
    ("Linux", _("Linux 电脑")),
)


@register.filter
def device_name(user_agent: str) -> str:
    """A name for the device that residents recognise."""
    for sign, name in DEVICE_NAMES:
        if sign in user_agent:
            return str(name)
    return gettext("别的设备")


@register.filter
def local_phone(phone: str) -> str:
    """`138 0013 8000`, as people read a number of their own aloud."""
    local = phone.removeprefix("+86")
    if local == phone or len(local) != MAINLAND_LENGTH:
        return phone
    return f"{local[:3]} {local[3:7]} {local[7:]}"
