"""What our own forms share: errors that say what to do (UX-ERR-2)."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where it was only opened.

    `request.POST or None` would take a form that was sent empty for one just opened.
    """
    return request.POST if request.method == "POST" else None


def posted_number(request: HttpRequest, name: str) -> int:
    """The number of a row that a form names; 0, which no row has, for anything else."""
    text = request.POST.get(name, "")
    # Digits beyond what a key can be would trouble the database.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _djangos(field: forms.Field) -> dict[str, Any]:
    """Django's own words for a field of that kind."""
    words: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        words.update(getattr(kind, "default_error_messages", {}))
    return words


class PlainWordsMixin(forms.BaseForm):
    """«请填写「怎么称呼」。» in place of «必需字段», for each field that has no own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chosen = isinstance(field, forms.ChoiceField | forms.TypedChoiceField)
            words = (
                _("请选一个「%(label)s」。") if chosen else _("请填写「%(label)s」。")
            )
            sentence = words % {"label": field.label}
            for code in ("required", "invalid_choice") if chosen else ("required",):
                # Django's own, not what the field brings: the very same object.
                if field.error_messages[code] is _djangos(field)[code]:
                    field.error_messages[code] = sentence
