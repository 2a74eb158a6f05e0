"""Forms of `/desk/publicity/`."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.civil_time import SHANGHAI, civil_date
from core.forms import PlainWordsMixin
from news.choices import DeliveryMethod
from news.models import (
    Adoption,
    NewsPage,
    Outlet,
    PointRule,
    PointSettings,
    Submission,
)
from news.services.submissions import problems_of_submission
from schools.models import SchoolPage

BAD_MOMENT = _("请写成「年-月-日 时:分」，比如 2026-12-03 09:00。")
BAD_DAY = _("请写成「年-月-日」，比如 2026-12-03。")
FUTURE = _("这个日子还没到，请再看看。")
BAD_URL = _("请把网址整个贴进来，以 http:// 或 https:// 开头。")


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": BAD_DAY},
        **kwargs,
    )


class SubmitForm(PlainWordsMixin, forms.ModelForm):
    """Who wrote it, and when it was over; the rest stands in the story itself."""

    class Meta:
        model = Submission
        fields = ("ended_at", "author", "photographer", "proofreader")
        widgets = {
            "ended_at": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )
        }
        error_messages = {"ended_at": {"invalid": BAD_MOMENT}}
        help_texts = {
            "ended_at": _(
                "从这时候起算：动态 24 小时内报，特色和典型 3 个工作日内报。"
            ),
            "proofreader": _("不能是作者本人。"),
        }

    def __init__(self, *args: Any, page: NewsPage, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        if kwargs.get("instance") is None:
            over = datetime.combine(page.event_date, time(17), tzinfo=SHANGHAI)
            kwargs["initial"] = {
                "ended_at": min(over, timezone.now()),
                "author": page.author,
                "photographer": page.photographer,
                "proofreader": page.proofreader,
            } | kwargs["initial"]
        super().__init__(*args, **kwargs)
        if kwargs.get("instance") is not None:
            # The timer began with the first submission; a return does not move it.
            del self.fields["ended_at"]

    def clean(self) -> dict[str, Any]:
        """The rules are the service's; here each is said beside its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            said = {k: v for k, v in self.given().items() if k != "photographer"}
            for field, words in problems_of_submission(
                **said, at=timezone.now()
            ).items():
                self.add_error(field if field in self.fields else None, words)
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the service is told; the first submission's time stays."""
        names = ("author", "photographer", "proofreader")
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        ended_at = self.cleaned_data.get("ended_at") or self.instance.ended_at
        return given | {"ended_at": ended_at}


class ReturnForm(PlainWordsMixin, forms.Form):
    """Why a story goes back."""

    reason = forms.CharField(
        label=_("要改什么"),
        max_length=200,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": _("请多写几个字，说清要改什么。")},
    )


class DeliverForm(PlainWordsMixin, forms.Form):
    """To which outlets a story was sent, and how."""

    outlets = forms.ModelMultipleChoiceField(
        label=_("送给哪几家"),
        queryset=Outlet.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    method = forms.ChoiceField(
        label=_("怎么送的"), choices=DeliveryMethod.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["outlets"]
        chosen.queryset = (
            Outlet.objects.in_use()
            .exclude(deliveries__submission=submission)
            .in_order()
        )
        chosen.error_messages["required"] = _("请至少选一家媒体。")


class AdoptionForm(PlainWordsMixin, forms.ModelForm):
    """How an outlet brought the story."""

    published_on = _day(_("哪天登的"))
    clipping = forms.FileField(
        label=_("剪报、截图"),
        required=False,
        help_text=_("照片、截图或 PDF，不超过 10 兆。"),
    )

    class Meta:
        model = Adoption
        fields = ("published_on", "title", "slot", "url", "is_brief", "is_repost")
        error_messages = {"url": {"invalid": BAD_URL}}

    def clean_published_on(self) -> Any:
        day = self.cleaned_data["published_on"]
        if day > civil_date():
            raise forms.ValidationError(FUTURE, code="future")
        return day


class OutletForm(PlainWordsMixin, forms.ModelForm):
    """One outlet of the list."""

    class Meta:
        model = Outlet
        fields = ("name", "level", "kind", "contact", "is_active")
        error_messages = {"name": {"unique": _("名单里已经有这一家了。")}}


class PointSettingsForm(PlainWordsMixin, forms.ModelForm):
    """The switches."""

    class Meta:
        model = PointSettings
        fields = ("count_same_class_once", "count_reposts", "yearly_quota")


class PointRuleForm(PlainWordsMixin, forms.ModelForm):
    """What a level is worth."""

    class Meta:
        model = PointRule
        fields = ("points", "brief_points")


class BonusForm(PlainWordsMixin, forms.Form):
    """Points by hand, with the reason that everybody reads."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=36)
    school = forms.ModelChoiceField(
        label=_("哪所学校"), queryset=SchoolPage.objects.none(), empty_label=None
    )
    author = forms.CharField(label=_("记给谁"), max_length=60, required=False)
    points = forms.DecimalField(
        label=_("加几分"),
        max_digits=4,
        decimal_places=1,
        help_text=_("扣分写成负数。"),
        error_messages={"invalid": _("请填数字，比如 15。")},
    )
    day = _day(_("算在哪天"))
    reason = forms.CharField(label=_("为什么"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"key": str(uuid4()), "day": civil_date()}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        school: Any = self.fields["school"]
        school.queryset = SchoolPage.objects.live().in_order()

    def clean_points(self) -> Any:
        points = self.cleaned_data["points"]
        if not points:
            raise forms.ValidationError(_("请填一个不是 0 的数。"), code="zero")
        return points
