"""Progress of one learner in one lesson. Merging reports is a join: see `services`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from learning.choices import ProgressSource
from schools.models import TenantModel, TenantQuerySet


class LessonProgress(TenantModel):
    """What is known of a lesson in an enrolment; one row, whatever the devices sent.

    `watched` holds for each medium (block id) the union of the watched intervals in
    seconds; `positions` the largest (epoch, seconds) of each: «从头看» opens a new
    epoch. `transcripts` are the media whose transcript was confirmed. All of them only
    grow; what is credited of them is computed on reading.
    """

    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, related_name="progress"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="progress"
    )
    viewed_at = models.DateTimeField(_("第一次打开"))
    seen_until = models.DateTimeField(_("最后一次记录"))
    done_at = models.DateTimeField(_("按了学完了"), null=True, blank=True)
    completed_at = models.DateTimeField(_("学完"), null=True, blank=True)
    passed = models.BooleanField(null=True)
    watched = models.JSONField(default=dict)
    positions = models.JSONField(default=dict)
    transcripts = models.JSONField(default=list)
    source = models.CharField(
        max_length=10, choices=ProgressSource.choices, default=ProgressSource.WEB
    )
    rule = models.JSONField(_("按什么算学完"), default=dict)
    # Up to which report the time watched stands in the ledger of hours.
    hours_until = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        verbose_name = _("学习进度")
        verbose_name_plural = _("学习进度")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"], name="learning_one_progress_per_lesson"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_until__gte=models.F("viewed_at")),
                name="learning_seen_until_after_viewed",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at__isnull=True)
                | models.Q(done_at__isnull=False),
                name="learning_completed_was_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lesson"],
                condition=models.Q(completed_at__isnull=False),
                name="learning_completed_of_lesson",
            ),
            # What somebody has finished, for the roster and the matrix: no row is read.
            models.Index(
                fields=["enrolment", "lesson"],
                condition=models.Q(completed_at__isnull=False),
                name="learning_finished_lessons",
            ),
            # What the ledger has to catch up with: few rows at any time.
            models.Index(
                fields=["seen_until"],
                condition=models.Q(hours_until__isnull=True)
                | models.Q(hours_until__lt=models.F("seen_until")),
                name="learning_hours_to_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.lesson_id}"
