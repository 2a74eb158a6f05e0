"""The form behind every page of the site: it takes nothing of another school."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from core.slugs import SpareSlugMixin, spare_slug


class TenantPageForm(WagtailAdminPageForm):
    """Refuses references that the person may not use on a page of that school.

    What the page already pointed to stays allowed: an editor may have put it there.
    A refused field is drawn with its old value. The value that was sent is not shown
    again, since Wagtail would show the title and picture of what it points to.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_only_own_school()
        if "slug" in self.fields and isinstance(self.instance, SpareSlugMixin):
            self.fields["slug"].required = False

    @cached_property
    def school(self) -> Any:
        """The school of the page, or None on pages of the whole site."""
        from schools.admin.references import school_for

        return school_for(self.instance, self.parent_page)

    def _offer_only_own_school(self) -> None:
        """Lists of people, rooms and the like show the rows of this school."""
        from schools.models import TenantModel

        for field in self.fields.values():
            if not isinstance(field, forms.ModelChoiceField):
                continue
            offered: Any = field.queryset
            model = offered.model
            if issubclass(model, TenantModel):
                own = {model.tenant_path: self.school}
                field.queryset = model._default_manager.filter(**own)
                field.error_messages["invalid_choice"] = _(
                    "这里选的不是本校的。请从列表里选。"
                )
                field.error_messages["invalid_pk_value"] = field.error_messages[
                    "invalid_choice"
                ]

    def clean(self) -> dict[str, Any]:
        """An address that nobody gave is found here, where the parent is known."""
        if "slug" in self.fields and self.cleaned_data.get("slug") == "":
            self.instance.title = self.cleaned_data.get("title") or ""
            self.cleaned_data["slug"] = spare_slug(self.instance, self.parent_page)
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        for name, sentence in self._refusals().items():
            self._refuse(name, sentence)

    def _refusals(self) -> dict[str, str]:
        """The sentence for each field that points to what it may not."""
        from schools.admin.references import references_in, refusal_of

        before = {
            reference
            for name, field in self.fields.items()
            for reference in references_in(field, self.initial.get(name))
        }
        refusals: dict[str, str] = {}
        asked: dict[Any, str] = {}
        for name, field in self.fields.items():
            # The value as it was sent: a field that is wrong for another reason is
            # drawn again too, and must not show what it points to.
            for reference in references_in(field, self[name].value()):
                if reference in before:
                    continue
                if reference not in asked:
                    asked[reference] = refusal_of(
                        reference, user=self.for_user, school=self.school
                    )
                if asked[reference]:
                    refusals.setdefault(name, asked[reference])
        return refusals

    def _refuse(self, name: str, sentence: str) -> None:
        field = self.fields[name]
        old = self.initial.get(name)
        self._errors[name] = self.error_class([sentence], renderer=self.renderer)
        self.cleaned_data.pop(name, None)
        field.bound_data = lambda data, initial: initial
        self._bound_fields_cache.pop(name, None)
        if name in {one.name for one in self.instance._meta.concrete_fields}:
            model_field = self.instance._meta.get_field(name)
            attribute = model_field.attname if model_field.is_relation else name
            setattr(self.instance, attribute, old)
