"""The form of a course: its teachers are people of the school's file."""

from typing import Any

from django import forms
from django.db.models import Q

from schools.admin.page_form import TenantPageForm


class CoursePageForm(TenantPageForm):
    """Offers the teachers in use, and ticks who begins a course as its teacher."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teachers: Any = self.fields.get("teachers")
        if teachers is None:
            return
        named = [one.pk for one in self.instance.teachers.all()]
        teachers.queryset = teachers.queryset.filter(
            Q(is_active=True) | Q(pk__in=named)
        )
        teachers.widget = forms.CheckboxSelectMultiple()
        teachers.widget.choices = teachers.choices
        if not self.instance.pk:
            self.initial["teachers"] = list(
                teachers.queryset.filter(user=self.for_user)
            )
