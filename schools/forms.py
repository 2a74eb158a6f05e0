"""Forms of the desk's people pages."""

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.choices import Role
from schools.models import StaffProfile


def find_person(text: str) -> Any:
    """The one account with that phone number, e-mail address or sign-in name."""
    text = text.strip()
    phone = ""
    try:
        number = phonenumbers.parse(text, settings.PHONE_DEFAULT_REGION)
        if phonenumbers.is_valid_number(number):
            phone = phonenumbers.format_number(
                number, phonenumbers.PhoneNumberFormat.E164
            )
    except phonenumbers.NumberParseException:
        pass
    same = Q(username=text) | Q(email__iexact=text)
    if phone:
        same |= Q(phone=phone)
    return get_user_model().objects.filter(same, is_active=True).first()


class PersonField(forms.CharField):
    """Names an account by phone number, e-mail address or sign-in name."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        person = find_person(text)
        if person is None:
            raise forms.ValidationError(
                _("没有找到这个人。请先请他用手机号注册，再填他的手机号。"),
                code="unknown",
            )
        return person


class AppointForm(forms.Form):
    """Whom to give which role."""

    person = PersonField(
        label=_("谁"),
        max_length=80,
        help_text=_("填手机号、邮箱或登录名。没注册过的，先请他自己注册。"),
    )
    role = forms.ChoiceField(label=_("做什么"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in roles]  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom a role goes."""

    person = PersonField(
        label=_("交给谁"), max_length=80, help_text=_("填手机号、邮箱或登录名。")
    )


class StaffProfileForm(forms.ModelForm):
    """The people file: with or without an account."""

    account = PersonField(
        label=_("账号"),
        required=False,
        max_length=80,
        help_text=_("可不填。填手机号、邮箱或登录名，这位老师就能自己写课。"),
    )

    class Meta:
        model = StaffProfile
        fields = (
            "name",
            "employment",
            "post",
            "organisation",
            "subjects",
            "is_backbone",
            "is_active",
        )
        widgets = {"employment": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id:
            self.fields["account"].initial = self.instance.user.username
        self.order_fields(["name", "account"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        account = cleaned.get("account")
        twin = StaffProfile.objects.filter(
            school=self.instance.school, user=account
        ).exclude(pk=self.instance.pk)
        if account and twin.exists():
            self.add_error("account", _("这个账号在本校已经有一份师资资料了。"))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.user = self.cleaned_data.get("account")
        return super().save(commit)
