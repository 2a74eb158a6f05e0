"""The form of a person in the Wagtail admin: no groups, no password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phone import MobilePhoneField
from accounts.services.people import (
    NAME_LENGTH,
    change_email,
    change_phone,
    create_person,
)


class PersonForm(forms.ModelForm):
    """What the site calls a person and how they sign in.

    There is no box for groups: a Membership gives them. There is none for a password:
    the person sets it, having signed in by a code.
    """

    required_css_class = "required"
    display_name = forms.CharField(label=_("称呼"), max_length=NAME_LENGTH)
    phone = MobilePhoneField(required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)

    class Meta:
        model = User
        fields = ("display_name", "phone", "email", "is_active", "is_superuser")
        labels = {"is_active": _("在用"), "is_superuser": _("超级管理员")}
        help_texts = {
            "is_active": _("停用后马上退出登录，再也登不进来；学习记录都留着。"),
            "is_superuser": _("什么都能改。一般人不要勾，岗位在「人员」里任命。"),
        }

    def __init__(self, *args: Any, for_user: User, **kwargs: Any) -> None:
        kwargs.pop("editing_self", None)
        self.by = for_user
        super().__init__(*args, **kwargs)
        is_self = self.instance.pk == for_user.pk
        if not for_user.is_superuser or is_self:
            del self.fields["is_superuser"]
        if is_self:
            del self.fields["is_active"]

    def clean_phone(self) -> str | None:
        """The number, if nobody else has it."""
        phone = self.cleaned_data["phone"] or None
        if phone and self._others().filter(phone=phone).exists():
            raise forms.ValidationError(_("这个手机号已经有账号了。"))
        return phone

    def clean_email(self) -> str:
        """The address, if nobody else has it."""
        email: str = self.cleaned_data["email"].lower()
        if email and self._others().filter(email__iexact=email).exists():
            raise forms.ValidationError(_("这个邮箱已经有账号了。"))
        return email

    def clean(self) -> dict[str, Any]:
        """A person needs some way to sign in."""
        cleaned: dict[str, Any] = super().clean() or {}
        is_new = self.instance.pk is None
        if is_new and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error("phone", _("手机号和邮箱，请填一样。"))
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Write through the services, so that each change is proved and logged anew."""
        data = self.cleaned_data
        flags = {
            name: data[name] for name in ("is_active", "is_superuser") if name in data
        }
        if self.instance.pk is None:
            person = create_person(
                display_name=data["display_name"],
                phone=data["phone"] or "",
                email=data["email"],
                by=self.by,
                **flags,
            )
            self.instance = person
            return person
        user = User.objects.get(pk=self.instance.pk)
        user.display_name = data["display_name"]
        for name, value in flags.items():
            setattr(user, name, value)
        user.save(update_fields=["display_name", *flags])
        if user.phone != data["phone"]:
            change_phone(user=user, phone=data["phone"], is_verified=False, by=self.by)
        change_email(user=user, email=data["email"], by=self.by)
        self.instance = user
        return user

    def _others(self) -> Any:
        waiting = User.objects.unproved().values("pk")
        return User.objects.exclude(pk=self.instance.pk).exclude(pk__in=waiting)
