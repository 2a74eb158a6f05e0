"""Who was there: one record for each person and session."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.choices import CAME, AttendanceState, Source
from attendance.join import Mark
from attendance.models.session import Session
from schools.models import TenantModel, TenantQuerySet


class AttendanceQuerySet(TenantQuerySet):
    """Records as the roll and the learner ask for them."""

    def own_rows(self, user: Any) -> Q:
        """One's own, and those of the sessions that the account leads now."""
        return Q(attendee=user) | Q(session__in=Session.objects.led_by(user))

    def came(self) -> Self:
        """Who was there, on time or late."""
        return self.filter(state__in=CAME)


class AttendanceRecord(TenantModel):
    """What is known of one person in one session.

    Written only by `services.roll`, which joins (`attendance.join`) what comes later
    into it: one row, whatever the order and however often.
    """

    session = models.ForeignKey(
        "attendance.Session", on_delete=models.PROTECT, related_name="records"
    )
    attendee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendance"
    )
    state = models.CharField(_("情况"), max_length=10, choices=AttendanceState.choices)
    source = models.CharField(_("怎么记的"), max_length=10, choices=Source.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("什么时候记的"), default=timezone.now)

    objects = AttendanceQuerySet.as_manager()
    tenant_path: ClassVar[str] = "session__school"

    class Meta:
        verbose_name = _("到课记录")
        verbose_name_plural = _("到课记录")
        ordering = ["session_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "attendee"],
                name="attendance_one_record_per_person_and_session",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttendanceState.values)
                & Q(source__in=Source.values),
                name="attendance_record_words_are_known",
            ),
            # Who asks beforehand can only ask for leave.
            models.CheckConstraint(
                condition=~Q(source=str(Source.SELF))
                | Q(state=str(AttendanceState.LEAVE)),
                name="attendance_self_means_leave",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.attendee_id} · {self.state}"

    @property
    def mark(self) -> Mark:
        """The record as the pure rule sees it."""
        return Mark(self.state, self.source, self.at, self.by_id)

    def become(self, mark: Mark) -> None:
        """Say what the mark says; saved by who calls."""
        self.state, self.source = mark.state, mark.source
        self.at, self.by_id = mark.at, mark.by_id
