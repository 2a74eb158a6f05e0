"""The forms of a review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainWordsMixin
from schools.review.checks import checks_for
from schools.review.targets import Target
from schools.services.review import REASON_LENGTH

APPROVE = "approve"
RETURN = "return"


class DecisionForm(PlainWordsMixin, forms.Form):
    """The checks and the reason; which of them is needed depends on the button."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("哪里要改"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回时要写，作者会收到这句话。"),
    )

    def __init__(self, page: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks_for(page)
        own: dict[str, forms.Field] = {
            f"check_{name}": forms.BooleanField(label=label, required=False)
            for name, label in self.checks.items()
        }
        if hasattr(page, "review_checks"):
            own["opinion"] = forms.CharField(
                label=_("审核意见"),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("会印在审核表上。"),
            )
        self.fields = {"seen": self.fields["seen"], **own,
                       "reason": self.fields["reason"]}  # fmt: skip

    @property
    def verdict(self) -> str:
        return str(self.data.get("verdict", ""))

    @property
    def ticked(self) -> list[str]:
        return [name for name in self.checks if self.cleaned_data[f"check_{name}"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.verdict == APPROVE:
            for name in self.checks:
                if not cleaned.get(f"check_{name}"):
                    self.add_error(f"check_{name}", _("请看过这一条，再打勾。"))
        elif self.verdict == RETURN:
            if len((cleaned.get("reason") or "").strip()) < REASON_LENGTH:
                self.add_error("reason", _("请写清楚哪里要改，至少 5 个字。"))
        else:
            self.add_error(None, _("请点「通过」或「退回修改」。"))
        return cleaned


class RemarkForm(PlainWordsMixin, forms.Form):
    """A remark and the place that it speaks of."""

    path = forms.ChoiceField(label=_("说的是哪一处"))
    text = forms.CharField(
        label=_("要说的话"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, targets: list[Target], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["path"]
        place.choices = [(target.path, target.label) for target in targets]
