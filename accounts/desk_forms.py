"""Forms of staff about accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.people import find_person
from accounts.services.second_factor import MIN_REASON_LENGTH


class ResetSecondFactorForm(forms.Form):
    """Whose second factor, and why."""

    who = forms.CharField(
        label=_("谁的？"),
        help_text=_("填对方的手机号、邮箱或登录名。"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填对方的手机号、邮箱或登录名。")},
    )
    reason = forms.CharField(
        label=_("为什么？"),
        help_text=_("比如「手机丢了，当面核对过工作证」。会记在操作记录里。"),
        min_length=MIN_REASON_LENGTH,
        max_length=200,
        error_messages={
            "required": _("请写明为什么要重设。"),
            "min_length": _("请把原因写得再清楚一点。"),
        },
    )

    def clean(self) -> dict[str, Any]:
        """Find the person."""
        cleaned: dict[str, Any] = super().clean() or {}
        if who := cleaned.get("who"):
            cleaned["person"] = find_person(who)
            if cleaned["person"] is None:
                self.add_error("who", _("没有找到这个人，请再核对一下。"))
        return cleaned
