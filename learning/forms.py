"""Forms of the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainWordsMixin


class SheetForm(PlainWordsMixin, forms.Form):
    """Why a report leaves the site."""

    reason = forms.CharField(
        label=_("为什么要导出"),
        max_length=120,
        min_length=2,
        help_text=_("比如：给本校年底总结用。这句话会和您的名字一起记下来。"),
    )


class ExportForm(SheetForm):
    """Why a list of names leaves the site, and as what."""

    format = forms.ChoiceField(
        label=_("存成什么"),
        choices=[("xlsx", _("Excel 表格")), ("csv", _("CSV 文本"))],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
