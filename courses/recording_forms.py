"""The form behind «录一段»."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PlainWordsMixin

TITLE_LENGTH = 40
WORDS_LENGTH = 4000


class RecordingForm(PlainWordsMixin, forms.Form):
    """The recording, where it goes, and its words. Only the recording must be there."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    recording = forms.FileField(
        label=gettext_lazy("录音"),
        help_text=gettext_lazy("用手机自带的录音机录好，从这里选。"),
        error_messages={
            "required": gettext_lazy("还没有录音。请先录一段，或者选手机里的录音。"),
            "missing": gettext_lazy("还没有录音。请先录一段，或者选手机里的录音。"),
            "empty": gettext_lazy("没有录到声音。请再录一次。"),
        },
        widget=forms.FileInput(attrs={"accept": ".m4a,.mp3,.wav,audio/*"}),
    )
    after = forms.ChoiceField(label=gettext_lazy("放在哪一步后面"))
    title = forms.CharField(
        label=gettext_lazy("这段讲什么"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=gettext_lazy("不填就用那一步的名称。"),
    )
    transcript = forms.CharField(
        label=gettext_lazy("说的是什么，写下来"),
        max_length=WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("听不清的人靠它学。上线前要有，可以以后再写。"),
    )

    def __init__(self, *args: Any, draft: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {str(one.id): name_of(one) for one in draft.body}
        field: Any = self.fields["after"]
        field.choices = [
            (key, _("第 %(number)s 块：%(name)s") % {"number": number, "name": name})
            for number, (key, name) in enumerate(self.names.items(), start=1)
        ] or [("", _("最前面"))]
        field.required = bool(self.names)
        field.initial = field.choices[-1][0]

    def title_of_place(self) -> str:
        """What the recording is called where nobody has said it: as its step."""
        given = str(self.cleaned_data["title"]).strip()
        named = self.names.get(self.cleaned_data["after"], "")
        return given or named[:TITLE_LENGTH] or _("录音")


def name_of(block: Any) -> str:
    """A block of a lesson in a list: its title, or what kind of block it is."""
    titled = isinstance(block.value, dict) and block.value.get("title")
    return str(titled or block.block.meta.label)
