"""The ledger of hours: what somebody learnt and for how long. It only grows."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.append_only import AppendOnlyMixin, AppendOnlyQuerySetMixin
from learning.choices import HoursKind
from schools.models import TenantModel, TenantQuerySet


class HoursQuerySet(AppendOnlyQuerySetMixin, TenantQuerySet):
    """Entries of the ledger; none is ever changed."""

    def own_rows(self, user: Any) -> Q:
        return Q(learner=user)

    def seconds(self) -> int:
        """The sum; corrections are negative entries."""
        return self.aggregate(total=models.Sum("seconds"))["total"] or 0


class HoursEntry(AppendOnlyMixin, TenantModel):
    """So many seconds of one person in one session, or in one lesson at home.

    Class time and time online are never added up: one hour of a class (学时) is 45
    minutes in a room, and a recording is watched at any speed. What turns out wrong is
    put right by an entry with the opposite sign.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="hours"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hours"
    )
    kind = models.CharField(max_length=10, choices=HoursKind.choices)
    seconds = models.IntegerField(_("秒"))
    # When it was learnt, not when it was written.
    at = models.DateTimeField(_("什么时候学的"))
    written_at = models.DateTimeField(default=timezone.now)
    session = models.ForeignKey(
        "attendance.Session",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hours",
    )
    enrolment = models.ForeignKey(
        "learning.Enrolment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hours",
    )
    lesson = models.ForeignKey(
        "courses.LessonPage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hours",
    )

    objects = HoursQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("学时记录")
        verbose_name_plural = _("学时记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(seconds=0), name="learning_hours_say_something"
            ),
            models.CheckConstraint(
                condition=Q(kind=str(HoursKind.CLASS), session__isnull=False)
                | Q(
                    kind=str(HoursKind.ONLINE),
                    session__isnull=True,
                    enrolment__isnull=False,
                    lesson__isnull=False,
                ),
                name="learning_hours_know_where_from",
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "kind"], name="learning_hours_of_learner"),
            models.Index(
                fields=["session", "learner"], name="learning_hours_of_session"
            ),
            models.Index(
                fields=["enrolment", "lesson"], name="learning_hours_of_lesson"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} · {self.kind} · {self.seconds}"
