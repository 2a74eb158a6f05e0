"""The form with which a person takes a place on a class."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainWordsMixin


class PlaceForm(PlainWordsMixin, forms.Form):
    """What is sent from «请核对»: the key of this request, who signed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    # Whether the person has read that the class is full, and queues all the same.
    may_wait = forms.BooleanField(widget=forms.HiddenInput, required=False)
    relative_name = forms.CharField(
        label=_("签名的家人叫什么"),
        max_length=40,
        help_text=_("80 岁以上上课，要一位家人同意。写上家人的姓名。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_signed: bool, may_wait: bool, **kwargs: Any):
        kwargs.setdefault("initial", {"key": str(uuid4()), "may_wait": may_wait})
        super().__init__(*args, **kwargs)
        if not is_signed:
            del self.fields["relative_name"]
