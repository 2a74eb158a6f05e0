"""Forms of the desk's question pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PlainWordsMixin
from courses.question_files.items import MAX_BYTES
from courses.question_import import Row

# A name longer than that is drawn badly in lists.
TITLE_LENGTH = 60
PASTED_LENGTH = 200_000


class BankForm(PlainWordsMixin, forms.Form):
    """What a new bank is called, and whose it is where the person has several schools."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    school: Any = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("哪所学校的")
    )
    title = forms.CharField(
        label=gettext_lazy("题库叫什么"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("比如：面点入门的题。"),
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools
        field.empty_label = None
        if len(schools) == 1:
            field.widget = forms.HiddenInput()
            field.initial = schools[0].pk


class SourceForm(PlainWordsMixin, forms.Form):
    """A file with questions, or their text."""

    file = forms.FileField(
        label=gettext_lazy("题目文件"),
        required=False,
        help_text=gettext_lazy(
            "Word（.docx）、Excel（.xlsx）、CSV，或者别的系统导出的 GIFT、Moodle、QTI。"
            "最大 5 兆，一次最多 500 道题。"
        ),
        error_messages={"empty": gettext_lazy("文件是空的。请选有题目的文件再传。")},
        widget=forms.FileInput(
            attrs={"accept": ".docx,.xlsx,.csv,.txt,.gift,.xml,.zip,.imscc"}
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("或者把题目的字贴在这里"),
        required=False,
        max_length=PASTED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        file, text = said.get("file"), (said.get("text") or "").strip()
        if self.errors:
            return said
        if not file and not text:
            self.add_error("file", _("请选一个文件，或者把题目贴在下面的格子里。"))
        elif file and text:
            self.add_error("text", _("文件和文字请只用一样：清空格子，或者不选文件。"))
        elif file and file.size > MAX_BYTES:
            # Before a byte of it is read.
            self.add_error("file", _("文件太大了（超过 5 兆）。请分成几个文件。"))
        return said

    def raw(self) -> bytes:
        """The bytes to be read, of one or the other."""
        if file := self.cleaned_data["file"]:
            held: bytes = file.read()
            return held
        text: str = self.cleaned_data["text"]
        return text.encode()


class ChosenForm(forms.Form):
    """Which of the questions that were read are taken over."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy(
                "一道题也没有勾。请勾上要导入的题，再点「导入」。"
            ),
            "invalid_choice": gettext_lazy("有一道题不能导入。请重新勾一遍。"),
        },
    )

    def __init__(self, *args: Any, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.choices = [(one.entry["place"], "") for one in rows if one.can_be_ticked]


class CopyForm(PlainWordsMixin, forms.Form):
    """Which questions go where."""

    chosen = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("一道题也没有勾。请勾上要复制的题。"),
            "invalid_choice": gettext_lazy("有一道题已经不在这里了。请重新勾一遍。"),
        },
    )
    target = forms.TypedChoiceField(label=gettext_lazy("复制到哪里"), coerce=int)

    def __init__(
        self, *args: Any, block_ids: list[str], places: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(one, "") for one in block_ids]
        target: Any = self.fields["target"]
        target.choices = [("", _("请选一处")), *places]
