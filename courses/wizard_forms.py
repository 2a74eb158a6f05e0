"""The pages of «写一课»: one question each, answered by big rows where one can."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.counter import counted
from core.forms import PlainWordsMixin
from courses.choices import CoverPattern
from courses.models import Audience, Category
from courses.services.writing import MOST_LESSONS

LONGEST_TITLE = 16
NUMBER_WORDS = _("请填 1 到 20 之间的数字，比如 4。")


class SchoolForm(PlainWordsMixin, forms.Form):
    """For whom: only of people who work at several schools."""

    school = forms.TypedChoiceField(
        label=_("写给哪所学校？"), widget=forms.RadioSelect, coerce=int
    )

    def __init__(self, *args: Any, wizard: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(one.pk, one.title) for one in wizard.schools]
        self.fields["school"].choices = rows  # type: ignore[attr-defined]


class TitleForm(PlainWordsMixin, forms.Form):
    """The name of the course."""

    title = forms.CharField(
        label=_("课名"),
        max_length=LONGEST_TITLE,
        help_text=_("十六个字以内，像跟邻居说话，比如：和家人视频通话。"),
        # The browser's own limit would cut off what is typed without a word.
        widget=forms.TextInput(attrs={**counted(LONGEST_TITLE), "autocomplete": "off"}),
        error_messages={"max_length": _("课名太长了，请改到十六个字以内。")},
    )

    def __init__(self, *args: Any, wizard: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class AudienceForm(PlainWordsMixin, forms.Form):
    """What it is about, and for whom."""

    category = forms.TypedChoiceField(
        label=_("讲哪一类？"), widget=forms.RadioSelect, coerce=int
    )
    audience = forms.TypedChoiceField(
        label=_("教谁？"),
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, wizard: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = [
            (one.pk, one.label) for one in Category.objects.all()
        ]
        fields["audience"].choices = [
            *((one.pk, one.label) for one in Audience.objects.all()),
            ("", _("还没想好")),
        ]


class LessonsForm(PlainWordsMixin, forms.Form):
    """How many lessons."""

    lessons = forms.IntegerField(
        label=_("一共几课？"),
        min_value=1,
        max_value=MOST_LESSONS,
        help_text=_("1 到 20 课。先估一个，以后能加能减。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": NUMBER_WORDS,
            "min_value": NUMBER_WORDS,
            "max_value": NUMBER_WORDS,
        },
    )

    def __init__(self, *args: Any, wizard: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class CoverForm(PlainWordsMixin, forms.Form):
    """Which lattice the drawn cover has; a picture can be put there later."""

    cover = forms.ChoiceField(
        label=_("挑一种封面花纹"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("自动挑一种")), *CoverPattern.choices],
        help_text=_("以后也能换成自己的照片。"),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, wizard: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = wizard.key


FORMS: dict[str, Any] = {
    "school": SchoolForm,
    "title": TitleForm,
    "audience": AudienceForm,
    "lessons": LessonsForm,
    "cover": CoverForm,
}
