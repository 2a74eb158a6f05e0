"""What learners ask their teachers about a lesson, and what these answer."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from schools.choices import Role
from schools.models import TenantModel, TenantQuerySet

LONGEST_TEXT = 300
# A question that has waited so long is late.
LATE_AFTER = timedelta(days=3)


class ConversationQuerySet(TenantQuerySet):
    """Conversations as the desk and the learner ask for them."""

    # What a learner asks their teacher is no figure for the centre.
    centre_roles: ClassVar[tuple[str, ...]] = ()

    def own_rows(self, user: Any) -> models.Q:
        """Those about the courses that the account teaches at its school now."""
        taught = CoursePage.objects.filter(teachers__user=user).values("pk")
        schools = user.memberships.active().filter(role=Role.TEACHER)
        return models.Q(
            enrolment__run__course__in=taught,
            enrolment__run__school__in=schools.values("school_id"),
        )

    def waiting(self) -> Self:
        """Those in which the learner waits for a word; who waits longest comes first."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")

    def late(self, at: datetime | None = None) -> Self:
        """Those in which the learner has waited for three days: `is_late` as a list."""
        return self.waiting().filter(
            waiting_since__lte=(at or timezone.now()) - LATE_AFTER
        )

    def not_read(self) -> Self:
        """Those with an answer that the learner has not seen."""
        return self.filter(has_news=True)


class Conversation(TenantModel):
    """One learner's question about a lesson, or a step of it, and all that follows.

    `waiting_since` is when the oldest message came that nobody has answered; none where
    somebody has, or has closed it. Writing again opens what was closed.
    """

    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, related_name="conversations"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="conversations"
    )
    # The first block of the step; empty where the question is about the whole lesson.
    block_id = models.CharField(max_length=36, blank=True)
    # As the learner saw it: steps are written anew.
    step_title = models.CharField(_("哪一步"), max_length=120, blank=True)
    opened_at = models.DateTimeField(_("问的时间"), default=timezone.now)
    waiting_since = models.DateTimeField(_("等回话"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办好的时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # An answer has come that the learner has not opened yet.
    has_news = models.BooleanField(_("有没看的回话"), default=False)

    objects = ConversationQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        verbose_name = _("请老师帮忙")
        verbose_name_plural = _("请老师帮忙")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "block_id"],
                name="learning_one_conversation_a_step",
            ),
            models.CheckConstraint(
                condition=models.Q(waiting_since__isnull=True)
                | models.Q(closed_at__isnull=True),
                name="learning_who_waits_is_not_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since"],
                condition=models.Q(waiting_since__isnull=False),
                name="learning_who_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.lesson_id} · {self.block_id}"

    def is_late(self, at: datetime | None = None) -> bool:
        """Whether somebody has waited for three days."""
        now = at or timezone.now()
        return self.waiting_since is not None and self.waiting_since <= now - LATE_AFTER


class Message(TenantModel):
    """One message; it stays as it was sent."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_answer = models.BooleanField(_("老师的话"), default=False)
    text = models.CharField(_("写的话"), max_length=LONGEST_TEXT)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    # Made of the page's key and the words: sent again it is the same message.
    key = models.CharField(max_length=64)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "conversation__enrolment__run__school"

    class Meta:
        verbose_name = _("写给老师的话")
        verbose_name_plural = _("写给老师的话")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "key"], name="learning_message_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} · {self.at:%Y-%m-%d %H:%M}"
