"""Answers. An attempt keeps the paper it was given, so that editing changes no past."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.choices import AttemptState
from schools.models import TenantModel, TenantQuerySet


class Attempt(TenantModel):
    """One go of a learner at the questions of a lesson.

    `paper` is frozen at the start: a list of {block_id, sha256, raw}; an answer is
    graded by the question that the learner saw.
    """

    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, related_name="attempts"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(default=1)
    paper = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN
    )
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Percent of the questions' points, when submitted.
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        verbose_name = _("作答")
        verbose_name_plural = _("作答")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "number"],
                name="learning_attempts_are_numbered",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "lesson"],
                condition=models.Q(state=str(AttemptState.OPEN)),
                name="learning_one_open_attempt",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=100),
                name="learning_score_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.lesson_id} #{self.number}"


class Response(TenantModel):
    """The answer to one question in an attempt: the one with the largest `seq`.

    `seq` is counted by the learner's device; of two with the same number the first
    to arrive stays, so that a replay changes nothing.
    """

    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="responses"
    )
    block_id = models.CharField(max_length=36)
    answer = models.JSONField()
    seq = models.BigIntegerField(default=0)
    is_right = models.BooleanField()
    # Between 0 and 1: see courses.blocks.base.Mark.
    share = models.DecimalField(max_digits=5, decimal_places=4)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "attempt__enrolment__run__school"

    class Meta:
        verbose_name = _("答案")
        verbose_name_plural = _("答案")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "block_id"],
                name="learning_one_response_per_question",
            ),
            models.CheckConstraint(
                condition=models.Q(share__gte=0) & models.Q(share__lte=1),
                name="learning_share_between_0_and_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.block_id}"
