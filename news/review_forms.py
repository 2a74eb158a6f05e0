"""Forms around the reviews of a story."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainWordsMixin
from news.choices import ReviewStage
from news.clippings import read_clipping
from news.exceptions import ClippingRefusedError

REASON_LENGTH = 5


class PaperForm(PlainWordsMixin, forms.Form):
    """A signature on paper: whose, what it says, and the paper itself."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    stage = forms.TypedChoiceField(
        label=_("哪一审"),
        coerce=int,
        choices=[
            (stage.value, stage.label)
            for stage in (ReviewStage.THIRD, ReviewStage.EXTRA)
        ],
    )
    name = forms.CharField(label=_("谁签的字"), max_length=60)
    post = forms.CharField(label=_("职务"), max_length=60)
    opinion = forms.CharField(
        label=_("写的意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    scan = forms.FileField(
        label=_("签字的纸"),
        help_text=_("拍照或扫描，JPG、PNG 或 PDF，最大 10 兆。"),
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        try:
            suffix, _digest = read_clipping(scan)
        except ClippingRefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        # What it is called on the disk says nothing of whoever sent it.
        scan.name = f"paper.{suffix}"
        return scan


class WithdrawForm(PlainWordsMixin, forms.Form):
    """Why a story is taken from the site."""

    reason = forms.CharField(
        label=_("为什么撤"),
        min_length=REASON_LENGTH,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会记下来。居民只看到「已撤回」。"),
        error_messages={"min_length": _("请写清楚为什么撤，至少 5 个字。")},
    )
