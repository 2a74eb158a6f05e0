"""People and groups in the Wagtail admin (see `admin_config`)."""

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.users.views import groups, users

from accounts.admin_forms import PersonForm
from accounts.admin_policies import GroupsPolicy, PeoplePolicy
from core.services.audit import record_audit


class PersonIndexView(users.IndexView):
    """People by name, their numbers masked (P-8)."""

    @property
    def columns(self) -> list[Any]:
        """Name, number, whether in use, last sign-in."""
        title_column = self._get_title_column_class(users.UserColumn)
        return [
            title_column(
                "name",
                accessor="get_full_name",
                label=_("称呼"),
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("masked_phone", label=_("手机号")),
            Column("email", label=_("邮箱"), sort_key="email"),
            BooleanColumn("is_active", label=_("在用"), sort_key="is_active"),
            DateColumn("last_login", label=_("上次登录"), sort_key="last_login"),
        ]

    @property
    def search_fields(self) -> set[str]:
        """What a person is looked for by."""
        return {"display_name", "phone", "email", "username"}


class ForUserMixin:
    """Tells the form who is editing."""

    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the person who edits."""
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        kwargs["for_user"] = self.request.user
        return kwargs


class PersonCreateView(ForUserMixin, users.CreateView):
    """A new person."""


class PersonEditView(ForUserMixin, users.EditView):
    """A person's name, number, address and state."""

    def save_instance(self) -> Any:
        """Save, and keep in the log which fields were changed."""
        person = super().save_instance()
        record_audit(
            actor=self.request.user,
            action="person.edited",
            subject=person,
            fields=sorted(self.form.changed_data),
        )
        return person


class PersonViewSet(users.UserViewSet):
    """People; neither deleted nor put into groups here."""

    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    template_prefix = "accounts/admin_people/"
    ordering = "pk"
    # Wagtail's copy view would draw a filled-in second account of somebody.
    copy_view_enabled = False
    permission_policy: ClassVar[Any] = PeoplePolicy(get_user_model())

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        """One form for a new person and a known one."""
        return PersonForm


class GroupViewSet(groups.GroupViewSet):
    """Groups as provisioning made them."""

    permission_policy: ClassVar[Any] = GroupsPolicy(Group)
    inspect_view_enabled = False
