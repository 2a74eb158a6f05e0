"""How often one number may be sent a code, and the words for the wait."""

import hashlib
import math
import time

from allauth.core import context, ratelimit
from allauth.core.exceptions import RateLimited
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.devices import count_number, may_ask_for

# «1/60s/key» in ACCOUNT_RATE_LIMITS; kept apart because the wait is told in seconds.
PAUSE_S = 60
ACTION = "sms_code"


def consume_code_sms(phone: str) -> None:
    """Count one code message to the number, whatever page asked for it.

    Raises:
        RateLimited: the number, the address or the device that asks has had its share.
    """
    if not count_number(context.request, phone):
        raise RateLimited
    ratelimit.consume(context.request, action=ACTION, key=phone, raise_exception=True)
    cache.set(_last_key(phone), time.time(), PAUSE_S)


def why_not_now(phone: str) -> str:
    """A sentence where no code may go to the number now, else an empty string."""
    if not may_ask_for(context.request, phone):
        return _(
            "这台手机或电脑今天给好几个号码发过短信了。"
            "请用自己的手机登录，或打求助电话。"
        )
    if ratelimit.consume(context.request, action=ACTION, key=phone, dry_run=True):
        return ""
    seconds = seconds_to_wait(phone)
    if seconds:
        return _("刚给这个号码发过短信，请等 %(seconds)s 秒再要。") % {
            "seconds": seconds
        }
    return _("短信发得够多了，请过一会儿或明天再要，或打求助电话。")


def seconds_to_wait(phone: str) -> int:
    """Seconds until the number may be sent another code; 0 when it may be now."""
    last: float | None = cache.get(_last_key(phone))
    if last is None:
        return 0
    return max(0, math.ceil(last + PAUSE_S - time.time()))


def _last_key(phone: str) -> str:
    return f"accounts:sms-last:{hashlib.sha256(phone.encode()).hexdigest()}"
