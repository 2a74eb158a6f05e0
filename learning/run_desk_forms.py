"""Forms with which a school opens, changes and cancels its classes."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.civil_time import SHANGHAI
from core.forms import PlainWordsMixin
from core.language import CONTENT_LANGUAGE, holds_chinese, is_chinese
from core.templatetags.content_language import as_content
from courses.choices import Allocation, Weekday
from courses.models import CourseRun
from courses.services.timetable import MOST_SESSIONS
from learning.services.runs import FACTS, ClassPlan, mark_of, session_days
from schools.models import SchoolPage, StaffProfile, Venue

DAY_FORMAT = "%Y-%m-%d"
MOST_SEATS = 2000
BAD_DAY = _("请写成「年-月-日」，比如 2026-12-03。")
BAD_TIME = _("请写成「时:分」，比如 14:00。")
BAD_MOMENT = _("请写成「年-月-日 时:分」，比如 2026-12-03 09:00。")
# A year beyond these is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2000, 2100
FAR_DAY = _("年份不对，请再看看。")
BAD_NUMBER = _("请填一个数字，比如 20。")


def _number(label: Any, lowest: int, highest: int, **kwargs: Any) -> forms.IntegerField:
    sentence = format_lazy(
        _("请填 {lowest} 到 {highest} 之间的数字。"), lowest=lowest, highest=highest
    )
    return forms.IntegerField(
        label=label,
        min_value=lowest,
        max_value=highest,
        error_messages={
            "invalid": BAD_NUMBER,
            "min_value": sentence,
            "max_value": sentence,
        },
        **kwargs,
    )


def _near(value: date) -> None:
    """Refuse a day of another century."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(FAR_DAY, code="far")


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages={"invalid": BAD_MOMENT},
        validators=[_near],
        **kwargs,
    )


def _clock(label: Any, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": BAD_TIME},
        **kwargs,
    )


class ContentSelect(forms.Select):
    """A choice of names, each of which says its language on an English page."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        is_name = str(option["value"]) != "" and holds_chinese(option["label"])
        if is_name and not is_chinese():
            option["attrs"]["lang"] = CONTENT_LANGUAGE
        return option


class DaysField(forms.CharField):
    """Single days, one a line; the value is a sorted list of dates."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = set()
        for word in re.split(r"[\s,，、;；]+", text.strip()):
            if not word:
                continue
            try:
                day = date.fromisoformat(word)
            except ValueError as error:
                raise forms.ValidationError(
                    _("「%(word)s」看不懂。请一行写一天，比如 2026-12-03。")
                    % {"word": word[:20]},
                    code="invalid",
                ) from error
            _near(day)
            found.add(day)
        if len(found) > MOST_SESSIONS:
            raise forms.ValidationError(
                _("一个班最多排 %(most)s 次课，请分成两个班。")
                % {"most": MOST_SESSIONS},
                code="too_many",
            )
        return sorted(found)


class HoursForm(PlainWordsMixin, forms.Form):
    """From what time to what time, and in which room of the school."""

    no_venue: Any = _("还没定")
    start_time = _clock(_("几点上课"))
    end_time = _clock(_("几点下课"))
    venue = forms.ModelChoiceField(
        label=_("在哪间教室"),
        queryset=Venue.objects.none(),
        required=False,
        widget=ContentSelect,
    )

    def __init__(self, *args: Any, school_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        venue: Any = self.fields["venue"]
        venue.queryset = Venue.objects.filter(school=school_id).order_by("name")
        venue.empty_label = self.no_venue

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        if start and end and end <= start:
            self.add_error("end_time", _("下课要在上课以后。请改一改时间。"))
        return cleaned


GROUPS: list[tuple[Any, tuple[str, ...]]] = [
    (_("什么时候、在哪儿、谁教"), (
        "term", "weekday", "starts_on", "count", "days", "start_time", "end_time",
        "venue", "teacher",
    )),
    (_("收多少人"), ("capacity", "min_seats", "allocation", "first_time_first")),
    (_("抽签时给各社区留的名额"), ()),
    (_("什么时候报名"), (
        "enrol_from", "enrol_until", "returning_from", "residents_from", "offer_hours",
    )),
    (_("对学员的要求"), ("age_min", "age_max", "note")),
]  # fmt: skip


# The group whose fields are those of the street's communities.
QUOTAS = 2
QUOTA = "quota_"


class ClassForm(HoursForm):
    """A class: when, where, by whom, how many, and when people may come."""

    field_order = (
        "key", "seen", *(name for _title, names in GROUPS for name in names),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    # What the class was when the form was opened.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    term = forms.CharField(
        label=_("哪个学期"), max_length=40, help_text=_("比如：2026 秋。")
    )
    weekday = forms.TypedChoiceField(
        label=_("每周几上课"),
        choices=[("", _("单独的几天")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    starts_on = forms.DateField(
        label=_("从哪天开始"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY_FORMAT),
        error_messages={"invalid": BAD_DAY},
        validators=[_near],
        help_text=_("每周上课的班要填。放假的日子会自动跳过，往后顺延。"),
    )
    count = _number(
        _("一共上几次"), 1, MOST_SESSIONS, required=False,
        help_text=_("每周上课的班要填。"),
    )  # fmt: skip
    days = DaysField(
        label=_("单独的几天"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不是每周上课才填。一行写一天，比如 2026-12-03。"),
    )
    teacher = forms.ModelChoiceField(
        label=_("哪位老师"),
        queryset=StaffProfile.objects.none(),
        required=False,
        empty_label=_("还没定"),
        widget=ContentSelect,
    )
    capacity = _number(_("名额"), 1, MOST_SEATS)
    min_seats = _number(
        _("最少几个人开班"), 0, MOST_SEATS, required=False,
        help_text=_("不填就是几个人都开。"),
    )  # fmt: skip
    allocation = forms.ChoiceField(
        label=_("名额怎么分"),
        choices=Allocation.choices,
        widget=forms.RadioSelect,
        initial=Allocation.FIRST_COME,
    )
    first_time_first = forms.BooleanField(label=_("没上过的先"), required=False)
    enrol_from = _moment(_("什么时候开始报名"))
    enrol_until = _moment(
        _("报名到什么时候"), required=False, help_text=_("抽签的班一定要填。")
    )
    returning_from = _moment(
        _("老学员从什么时候报"), required=False, help_text=_("想让老学员先报才填。")
    )
    residents_from = _moment(
        _("本街道居民从什么时候报"), required=False,
        help_text=_("想让本街道的居民先报才填。"),
    )  # fmt: skip
    age_min = _number(_("最小几岁"), 0, 120, required=False)
    age_max = _number(_("最大几岁"), 0, 120, required=False)
    offer_hours = _number(
        _("候补的名额留几小时"), 1, 720, initial=48,
        help_text=_("轮到的人在这段时间里不回答，就让给下一位。"),
    )  # fmt: skip
    note = forms.CharField(
        label=_("给学员的话"),
        max_length=200,
        required=False,
        help_text=_("比如：请自带围裙。"),
    )

    def __init__(self, *args: Any, school: Any, **kwargs: Any) -> None:
        super().__init__(*args, school_id=school.pk, **kwargs)
        teachers: Any = self.fields["teacher"]
        teachers.queryset = StaffProfile.objects.filter(
            school=school, is_active=True
        ) | StaffProfile.objects.filter(pk=self.initial.get("teacher") or 0)
        for one in SchoolPage.objects.live().order_by("path"):
            if one.community:
                self.fields[f"{QUOTA}{one.pk}"] = _number(
                    as_content(one.community), 0, MOST_SEATS, required=False
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_days(cleaned)
        self._check_windows(cleaned)
        least, seats = cleaned.get("min_seats"), cleaned.get("capacity")
        if least and seats and least > seats:
            self.add_error("min_seats", _("最少的人数不能比名额多。"))
        young, old = cleaned.get("age_min"), cleaned.get("age_max")
        if young is not None and old is not None and young > old:
            self.add_error("age_max", _("最大的年龄不能比最小的小。"))
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        if "weekday" in self.errors or "days" in self.errors:
            return
        if cleaned.get("weekday") is None:
            if not cleaned.get("days"):
                self.add_error(
                    "weekday", _("请选每周几上课，或者在下面写上单独的几天。")
                )
            return
        if cleaned.get("days"):
            self.add_error("days", _("选了每周上课，就不用写单独的几天。请留下一样。"))
        for name, words in (
            ("starts_on", _("请填从哪天开始。")),
            ("count", _("请填一共上几次。")),
        ):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, words)

    def _check_windows(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("enrol_from"), cleaned.get("enrol_until")
        returning = cleaned.get("returning_from")
        residents = cleaned.get("residents_from")
        if first and last and last <= first:
            self.add_error("enrol_until", _("报名截止要在报名开始以后。"))
        lacks_end = not last and "enrol_until" not in self.errors
        if cleaned.get("allocation") == Allocation.DRAW and lacks_end:
            self.add_error("enrol_until", _("抽签的班，请填报名到什么时候。"))
        for name, moment in (
            ("returning_from", returning),
            ("residents_from", residents),
        ):
            if moment and first and moment > first:
                self.add_error(name, _("先报的时间不能比大家开始报名还晚。"))
        if returning and residents and returning > residents:
            self.add_error("returning_from", _("老学员的时间不能比本街道居民的晚。"))

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields under the headings of the page, in the order of the form."""
        found = [(title, [self[name] for name in names]) for title, names in GROUPS]
        found[QUOTAS][1].extend(self[name] for name in self._quota_names)
        return [group for group in found if group[1]]

    @property
    def _quota_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(QUOTA)]

    def start_again_from(self, run: CourseRun) -> list[str]:
        """Let the next «存好» go from what the class is now; what was typed stays.

        Returns the labels of what would be written over.
        """
        self.data = {**self.data.dict(), "seen": mark_of(run)}  # type: ignore[attr-defined]
        self.initial = initial_of(run)
        return [
            str(bound.label)
            for bound in self.visible_fields()
            if bound.field.has_changed(bound.initial, bound.data)
        ]

    def plan(self) -> ClassPlan:
        """What the form says, for the service; only after `is_valid`."""
        said: Mapping[str, Any] = self.cleaned_data
        facts = {name: said[name] for name in FACTS if name in said}
        facts["min_seats"] = said["min_seats"] or 0
        # Only a draw sets seats aside; under another rule they would mean nothing.
        is_draw = said["allocation"] == Allocation.DRAW
        quotas = {n.removeprefix(QUOTA): said[n] for n in self._quota_names if said[n]}
        facts["draw_quotas"] = quotas if is_draw else {}
        if said["weekday"] is not None:
            return ClassPlan(facts, said["capacity"], count=said["count"])
        facts["starts_on"] = said["days"][0]
        return ClassPlan(facts, said["capacity"], days=said["days"])


def initial_of(run: CourseRun | None) -> dict[str, Any]:
    """What the form shows at first: the class as it is, or an empty one with its key."""
    if run is None:
        return {"key": str(uuid4())}
    values = {name: getattr(run, name) for name in FACTS}
    values |= {"venue": run.venue_id, "teacher": run.teacher_id, "seen": mark_of(run)}
    quotas = values.pop("draw_quotas")
    values |= {f"{QUOTA}{school}": seats for school, seats in quotas.items()}
    values["capacity"] = run.capacity
    days = session_days(run)
    if run.weekday is None:
        values["days"] = "\n".join(day.isoformat() for day in days)
    else:
        values["count"] = len(days)
    return values


class CancelClassForm(PlainWordsMixin, forms.Form):
    """Why a class does not take place."""

    reason = forms.CharField(
        label=_("为什么不开"),
        min_length=2,
        max_length=120,
        help_text=_("比如：报名的人太少。会记在操作记录里。"),
        error_messages={"min_length": _("请把原因写得再清楚一点。")},
    )


class MoveSessionForm(HoursForm):
    """Another day, time or room for one session."""

    field_order = ("day",)
    no_venue = _("不换教室")
    day = forms.DateField(
        label=_("哪天"),
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY_FORMAT),
        error_messages={"invalid": BAD_DAY},
        validators=[_near],
    )

    def __init__(self, *args: Any, session: Any, **kwargs: Any) -> None:
        start = session.starts_at.astimezone(SHANGHAI)
        kwargs["initial"] = {
            "day": start.date(),
            "start_time": start.time(),
            "end_time": session.ends_at.astimezone(SHANGHAI).time(),
            "venue": session.venue_id,
        }
        super().__init__(*args, school_id=session.school_id, **kwargs)

    def span(self) -> tuple[datetime, datetime]:
        """The instants between which the session shall be; only after `is_valid`."""
        day = self.cleaned_data["day"]
        return (
            datetime.combine(day, self.cleaned_data["start_time"], tzinfo=SHANGHAI),
            datetime.combine(day, self.cleaned_data["end_time"], tzinfo=SHANGHAI),
        )
