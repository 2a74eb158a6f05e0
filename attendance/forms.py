"""The form of the roll: four big targets for each person."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.phone import MobilePhoneField
from attendance.choices import AttendanceState, Source
from core.forms import PlainWordsMixin


class RollForm(PlainWordsMixin, forms.Form):
    """One post for the whole list.

    `was_<name>` is what the page showed. Only what differs from it was said by the person
    who sends the page: an old page does not undo what somebody else wrote meanwhile.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    source = forms.ChoiceField(
        label=_("怎么点的名"),
        choices=[
            (Source.TEACHER, _("当面点名")),
            (Source.PAPER, _("照着纸上的签到填")),
        ],
        widget=forms.RadioSelect,
        initial=Source.TEACHER,
    )
    headcount = forms.IntegerField(
        label=_("教室里一共几个人"),
        required=False,
        min_value=0,
        max_value=2000,
        help_text=_("数一数就行，没报名来的也算。不数就空着。"),
    )
    walk_ins = forms.IntegerField(
        label=_("里面没报名来的有几个人"),
        required=False,
        min_value=0,
        max_value=2000,
        help_text=_("只数没记姓名的。记了姓名的不用再数进来。"),
    )

    was_headcount = forms.IntegerField(widget=forms.HiddenInput, required=False)
    was_walk_ins = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, people: Sequence[Any], known: Mapping[int, str], **kwargs: Any
    ):
        initial = {"key": str(uuid4()), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.people = people
        for person in people:
            state = known.get(person.pk, "")
            self.fields[f"state_{person.pk}"] = forms.ChoiceField(
                label=person.get_full_name(),
                choices=AttendanceState.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=state,
                error_messages={
                    "invalid_choice": _("请在“到了、迟到、请假、没来”里选一个。")
                },
            )
            self.fields[f"was_{person.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=10, initial=state
            )
        for name in ("headcount", "walk_ins"):
            words = _("请填人数，用数字，比如 20。")
            field = self.fields[name]
            field.error_messages |= {"invalid": words}
            field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """For each person the targets and the hidden field beside them."""
        return [
            (self[f"state_{person.pk}"], self[f"was_{person.pk}"])
            for person in self.people
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        inside, all_of_them = cleaned.get("walk_ins"), cleaned.get("headcount")
        if inside and all_of_them is not None and inside > all_of_them:
            self.add_error(
                "walk_ins", gettext("没报名来的人比教室里的人还多。请再数一数。")
            )
        return cleaned

    def counted(self, names: Collection[str] | None = None) -> dict[str, Any]:
        """The counts of which the person said something, as `save_roll` takes them.

        `names` where that is known; else what differs from what the page showed.
        """
        if names is None:
            names = [
                name
                for name in ("headcount", "walk_ins")
                if self.cleaned_data[name] != self.cleaned_data[f"was_{name}"]
            ]
        found = {name: self.cleaned_data[name] for name in names}
        if "walk_ins" in found:
            found["walk_ins"] = found["walk_ins"] or 0
        return found

    def said(self, *, rest_is_here: bool = False) -> dict[int, str]:
        """What the person said of whom: only where it differs from what was shown.

        With `rest_is_here` whoever has no mark at all is there.
        """
        found = {}
        for person in self.people:
            state = self.cleaned_data[f"state_{person.pk}"]
            if not state and rest_is_here:
                state = str(AttendanceState.PRESENT)
            if state and state != self.cleaned_data[f"was_{person.pk}"]:
                found[person.pk] = state
        return found


class WalkInForm(PlainWordsMixin, forms.Form):
    """Somebody who came and is not on the list; a telephone is not needed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(
        label=_("姓名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = MobilePhoneField(
        required=False,
        help_text=_("留了手机号，以后本人一登录，这次课就记到他名下。没有就空着。"),
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside the form of the roll: no two fields of a page have one name to point at.
        super().__init__(
            *args, initial={"key": str(uuid4())}, auto_id="walk_in_%s", **kwargs
        )

    def clean_name(self) -> str:
        """Without spaces at the ends and without more than one between."""
        return " ".join(self.cleaned_data["name"].split())
