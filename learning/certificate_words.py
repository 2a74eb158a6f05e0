"""What a certificate says: its snapshot, its sentence, and a name that is masked.

A certificate is a Chinese document whatever language the site is shown in, so its
sentence is written here and kept with it, and is not translated.
"""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from core.civil_time import civil_date
from core.models import SiteSettings
from courses.completion_rule import Standing
from courses.models import LessonPage
from learning.choices import HoursKind
from learning.hours import class_hours
from learning.models import Enrolment, HoursEntry
from learning.standing import read_standings
from schools.choices import Level
from schools.models import SchoolPage

# «某» would be a word about the person; a circle is none.
MASK = "〇"


def masked(name: str) -> str:
    """«王桂兰» → «王〇〇»: enough to compare with the sheet, not to find somebody."""
    plain = "".join(name.split())
    return plain[:1] + MASK * min(2, max(1, len(plain) - 1)) if plain else ""


def day_on_paper(day: date) -> str:
    """«2026 年 11 月 26 日»."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def span_on_paper(start: date, end: date) -> str:
    """From when to when, the year said once where it is the same."""
    if start >= end:
        return day_on_paper(end)
    last = f"{end.month} 月 {end.day} 日" if start.year == end.year else None
    return f"{day_on_paper(start)}至 {last or day_on_paper(end)}"


def take_snapshot(enrolment: Enrolment, at: datetime) -> dict[str, Any]:
    """All that the sheet says, as it is now."""
    run, course = enrolment.run, enrolment.run.course
    standing = read_standings([enrolment], at)[enrolment.pk]
    completed = civil_date(enrolment.completed_at or at)
    begun = civil_date(enrolment.created_at)
    if not run.is_self_paced and run.starts_on:
        begun = run.starts_on
    hours = _hours(enrolment)
    facts: dict[str, Any] = {
        "name": enrolment.learner.get_full_name(),
        "course": course.title,
        "category": course.category.label if course.category else "",
        "school": run.school.title,
        "teacher": _teachers(enrolment),
        "from": begun.isoformat(),
        "until": completed.isoformat(),
        "is_class": not run.is_self_paced,
        "came": standing.came,
        "held": standing.held,
        "lessons": standing.done,
        "hours": hours,
        "issuer": issuer(run.school),
        "issued_on": civil_date(at).isoformat(),
        "rule": [*course.completion_rule.parts, course.rule_version],
    }
    return facts | {"text": sentence(facts, standing, begun, completed)}


def sentence(
    facts: dict[str, Any], standing: Standing, begun: date, completed: date
) -> str:
    """The paragraph of the sheet."""
    said = f"于 {span_on_paper(begun, completed)}，在{facts['school']}"
    if facts["is_class"] and standing.came:
        said += f"学习「{facts['course']}」，到校上课 {standing.came} 次"
    elif standing.done and standing.done == standing.required:
        said += f"学完「{facts['course']}」全部 {standing.done} 课"
    else:
        said += f"学习「{facts['course']}」"
    if facts["hours"]:
        said += f"，共 {facts['hours']} 学时"
    return f"{said}，准予结业。特发此证。"


def _hours(enrolment: Enrolment) -> str:
    """The hours that the sheet says: those attended; at home those of the course.

    Where the course states none they are the minutes of the lessons that were finished.
    """
    run = enrolment.run
    if run.is_self_paced:
        stated = run.course.hours
        if stated:
            return f"{stated.normalize():f}"
        minutes = LessonPage.objects.filter(
            progress__enrolment=enrolment, progress__completed_at__isnull=False
        ).aggregate(total=Sum("minutes"))["total"]
        hours = class_hours(timedelta(minutes=minutes or 0))
        return f"{hours:g}" if hours else ""
    spent = HoursEntry.objects.filter(
        learner=enrolment.learner_id,
        kind=HoursKind.CLASS,
        session__run_session__run=run,
    ).seconds()
    hours = class_hours(timedelta(seconds=spent))
    return f"{hours:g}" if hours else ""


def _teachers(enrolment: Enrolment) -> str:
    run = enrolment.run
    if run.teacher is not None:
        return str(run.teacher.name)
    return "、".join(one.name for one in run.course.teachers.all())


def issuer(school: SchoolPage) -> str:
    """Who answers for certificates of the street: the centre, else the school."""
    centre = SchoolPage.objects.live().filter(level=Level.CENTRE).first()
    if centre is not None:
        return str(centre.title)
    return str(SiteSettings.current().organiser or school.title)


def hash_of(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the snapshot in its one form; stays when the snapshot goes (P-5)."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
