"""The one field in which a learner asks and a teacher answers."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainWordsMixin
from learning.models.message import LONGEST_TEXT
from learning.services.messages import tidy


class WordsField(forms.CharField):
    """Plain words over a few lines; counted as the reader will see them."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class MessageForm(PlainWordsMixin, forms.Form):
    """A message; its key makes of the same form, sent again, the same message."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    text = WordsField(
        label=_("想问什么"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("比如：我点了绿色的按钮，没有反应。最多 300 个字。"),
        error_messages={
            "max_length": _("写得太长了。请分成两次写，每次 300 个字以内。")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": str(uuid4()), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class AnswerForm(MessageForm):
    """What a teacher answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("回话")
        self.fields["text"].help_text = _("一句一个做法，学员照着做。最多 300 个字。")
