"""What a planner is told of a clash: which class has the room or the teacher, and when."""

from django.utils.translation import gettext as _

from attendance.exceptions import ClashError, RoomTakenError
from core.civil_time import civil_date, clock_span_in_words, day_in_words
from courses.models import RunSession


def clash_words(clash: ClashError) -> str:
    """The sentence of a clash with the name of the other class; one query.

    What meets there may be no class; then the sentence of the error itself.
    """
    row = (
        RunSession.objects.filter(session=clash.other.pk)
        .select_related("run__course")
        .first()
        if clash.other.pk
        else None
    )
    if row is None:
        return str(clash)
    start = clash.other.starts_at
    values = {
        "subject": clash.subject,
        "course": row.run.course.title,
        "day": day_in_words(civil_date(start)),
        "time": clock_span_in_words(start, clash.other.ends_at),
    }
    if isinstance(clash, RoomTakenError):
        words = _(
            "“%(subject)s”在 %(day)s %(time)s 已经给了「%(course)s」。"
            "请换个时间，或换个教室。"
        )
    else:
        words = _(
            "%(subject)s老师在 %(day)s %(time)s 要上「%(course)s」。"
            "请换个时间，或请别的老师。"
        )
    return words % values
