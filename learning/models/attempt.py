"""Answers. An attempt keeps the paper it was given, so that editing changes no past."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.choices import AttemptCounts
from learning.choices import AttemptState
from schools.models import TenantModel, TenantQuerySet


class AttemptQuerySet(TenantQuerySet):
    def counted(self) -> "AttemptQuerySet":
        """The attempt of each learner and lesson whose mark counts, if it has one.

        The one place that knows which of several counts: the best, the last or the
        first, as the lesson says. Of an attempt that waits for a teacher there is no
        mark yet.
        """
        own = Attempt.objects.filter(
            enrolment=models.OuterRef("enrolment"),
            lesson=models.OuterRef("lesson"),
            state=AttemptState.SUBMITTED,
        )
        best = own.filter(score__isnull=False).order_by("-score", "number")
        chosen = models.Case(
            models.When(
                lesson__attempt_counts=AttemptCounts.LAST,
                then=models.Subquery(own.order_by("-number").values("pk")[:1]),
            ),
            models.When(
                lesson__attempt_counts=AttemptCounts.FIRST,
                then=models.Subquery(own.order_by("number").values("pk")[:1]),
            ),
            default=models.Subquery(best.values("pk")[:1]),
        )
        found: AttemptQuerySet = self.filter(score__isnull=False, pk=chosen)
        return found

    def overdue(self, at: datetime) -> "AttemptQuerySet":
        """Open ones whose time is over, grace included."""
        found: AttemptQuerySet = self.filter(
            state=AttemptState.OPEN, deadline__lt=at - settings.QUIZ_GRACE
        )
        return found


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
    # Until when it may be answered, grace not counted; empty without a time limit.
    deadline = models.DateTimeField(null=True, blank=True)
    # Percent of the questions' points, when submitted.
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()
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

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    def is_over(self, at: datetime) -> bool:
        """Whether answers that arrive then are too late, grace included."""
        return self.deadline is not None and at > self.deadline + settings.QUIZ_GRACE


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
    # Empty, as the share is, while the answer waits for a person to mark it.
    is_right = models.BooleanField(null=True)
    # Between 0 and 1: see courses.blocks.base.Mark.
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    answered_at = models.DateTimeField(default=timezone.now)
    # A person's mark and words; they win over what a machine computes, now and later.
    manual_share = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True
    )
    comment = models.CharField(_("老师的话"), max_length=400, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    marked_at = models.DateTimeField(null=True, blank=True)

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
                condition=models.Q(share__isnull=True)
                | (models.Q(share__gte=0) & models.Q(share__lte=1)),
                name="learning_share_between_0_and_1",
            ),
            models.CheckConstraint(
                condition=models.Q(is_right__isnull=True, share__isnull=True)
                | models.Q(is_right__isnull=False, share__isnull=False),
                name="learning_an_answer_is_marked_or_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(manual_share__isnull=True)
                | models.Q(
                    manual_share__range=(0, 1),
                    share=models.F("manual_share"),
                    marked_at__isnull=False,
                ),
                name="learning_a_persons_mark_wins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.block_id}"


class LateAnswer(TenantModel):
    """An answer that came after its attempt was handed in: kept and shown, not counted.

    A queue on a telephone may send it hours later (R-02d).
    """

    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="late_answers"
    )
    block_id = models.CharField(max_length=36)
    answer = models.JSONField()
    seq = models.BigIntegerField(default=0)
    arrived_at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "attempt__enrolment__run__school"

    class Meta:
        verbose_name = _("迟到的答案")
        verbose_name_plural = _("迟到的答案")
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "block_id", "seq"],
                name="learning_a_late_answer_is_kept_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.block_id} #{self.seq}"


class Regrade(TenantModel):
    """One regrading of a lesson's old answers: who, why, and what it changed."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="+"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="regrades"
    )
    block_id = models.CharField(max_length=36)
    # The question by which it was graded, frozen.
    question = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("为什么重新判"), max_length=200)
    # How many answers it looked at, and how many became better or worse.
    looked_at = models.PositiveIntegerField()
    better = models.PositiveIntegerField()
    worse = models.PositiveIntegerField()

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("重新判分")
        verbose_name_plural = _("重新判分")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.block_id} {self.at:%F}"
