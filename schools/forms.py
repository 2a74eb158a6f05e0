"""Forms of the desk's people pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.phone import MobilePhoneField
from accounts.services.people import find_person
from core.forms import PlainWordsMixin
from schools.choices import Role
from schools.models import StaffProfile


class PersonField(forms.CharField):
    """Names an account by phone number, e-mail address or sign-in name."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        person = find_person(text)
        if person is None or not person.is_active:
            raise forms.ValidationError(
                _("没有找到这个人。没注册过的，请用「请一个新人来」。"),
                code="unknown",
            )
        return person


class AppointForm(PlainWordsMixin, forms.Form):
    """Whom to give which role."""

    person = PersonField(
        label=_("谁"),
        max_length=80,
        help_text=_("填手机号、邮箱或登录名。没注册过的，请用「请一个新人来」。"),
    )
    role = forms.ChoiceField(label=_("做什么"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in roles]  # type: ignore[attr-defined]


class InviteForm(PlainWordsMixin, forms.Form):
    """Somebody without an account: a name, a number, and what they are to do."""

    name = forms.CharField(label=_("怎么称呼"), max_length=40)
    phone = MobilePhoneField(
        label=_("手机号"),
        required=True,
        help_text=_("他用这个手机号和短信验证码登录，不用密码。请核对清楚。"),
    )
    role = forms.ChoiceField(label=_("做什么"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in roles]  # type: ignore[attr-defined]


class HandOverForm(PlainWordsMixin, forms.Form):
    """To whom a role goes."""

    person = PersonField(
        label=_("交给谁"), max_length=80, help_text=_("填手机号、邮箱或登录名。")
    )


class StaffProfileForm(PlainWordsMixin, forms.ModelForm):
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
