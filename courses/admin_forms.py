"""The forms of a course and a lesson: help beside each field, teachers of the school."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from core.counter import counted
from core.help_texts import help_of, read_help
from schools.admin.page_form import TenantPageForm


class HelpedPageForm(TenantPageForm):
    """Says beside each field what it is for, and counts where a short text is better.

    The counter only says so: what is longer is kept.
    """

    help_kind = ""
    lengths: ClassVar[dict[str, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_help()
        for name, field in self.fields.items():
            words = help_of(f"{self.help_kind}.{name}")
            if words:
                field.help_text = words
        for name, most in self.lengths.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= counted(most)


class LessonPageForm(HelpedPageForm):
    help_kind = "lesson"
    lengths: ClassVar[dict[str, int]] = {"title": 12}


class CoursePageForm(HelpedPageForm):
    """Offers the teachers in use, and ticks who begins a course as its teacher."""

    help_kind = "course"
    lengths: ClassVar[dict[str, int]] = {"title": 16, "summary": 50}

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
