"""Forms for giving a course to other schools, and for copying one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import PlainWordsMixin


class OfferForm(PlainWordsMixin, forms.Form):
    """Whoever gives a course away says that it is theirs to give (REV-10)."""

    is_ours = forms.BooleanField(
        label=gettext_lazy(
            "字、图、视频和录音是我们自己做的，或者作者同意别的学校改了用。"
        ),
        error_messages={
            "required": gettext_lazy("请先问清楚能不能给别的学校用，再在前面打勾。")
        },
    )


class CopyCourseForm(PlainWordsMixin, forms.Form):
    """Into which school a course is copied, where the person works at several."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    school: Any = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("复制到哪所学校")
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools
        field.empty_label = None
        if len(schools) == 1:
            field.widget = forms.HiddenInput()
            field.initial = schools[0].pk
