"""What every form of this app has in common: labels that stay, sentences that help."""

from typing import Any, ClassVar

from django import forms


def drop_placeholders(form: forms.BaseForm) -> None:
    """A label stands above each field and stays there (UX-FORM-2)."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class OwnWords:
    """Gives the fields of one of allauth's forms this site's words.

    `words` holds for each field its label, its help and what to do where it is empty.
    """

    words: ClassVar[dict[str, tuple[Any, Any, Any]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self, forms.BaseForm)  # noqa: S101
        drop_placeholders(self)
        for name, (label, help_text, if_empty) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, help_text
            field.error_messages["required"] = if_empty
