"""Calls that somebody at the school must make: to people whom no message reaches."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.choices import CallOutcome
from schools.models import TenantModel, TenantQuerySet


class CallTaskQuerySet(TenantQuerySet):
    """The call list of a school."""

    def to_make(self) -> Self:
        """Calls nobody has made yet; the one that cannot wait comes first.

        Of the others, whom nobody has tried to reach comes before who did not answer.
        """
        return self.filter(done_at__isnull=True).order_by(
            models.F("due_at").asc(nulls_last=True),
            models.F("tried_at").asc(nulls_first=True),
            "pk",
        )


class CallTask(TenantModel):
    """One notice that a person of the school brings by telephone or in person.

    The dedupe key names the event as that of an outbox message does: whatever happens,
    a person is told of one event by one call.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="call_tasks"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, null=True, related_name="calls"
    )
    dedupe_key = models.CharField(max_length=120, unique=True)
    # What to say: the message's template and its values, as in the outbox.
    template = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    # After that instant the call helps nobody: an offer has run out.
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Empty on calls that were noted before outcomes were asked for.
    outcome = models.CharField(
        _("结果"), max_length=12, choices=CallOutcome.choices, blank=True
    )
    note = models.CharField(_("说明"), max_length=120, blank=True)
    # How often nobody answered, and when last.
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)

    objects = CallTaskQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("要打的电话")
        verbose_name_plural = _("要打的电话")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="")
                | models.Q(
                    outcome__in=[
                        str(one) for one in CallOutcome if one != CallOutcome.LATER
                    ],
                    done_at__isnull=False,
                ),
                name="learning_call_outcome_is_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["school", "due_at"],
                condition=models.Q(done_at__isnull=True),
                name="learning_calls_to_make",
            )
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    def is_late(self, at: datetime | None = None) -> bool:
        """Whether the call would come too late."""
        return self.due_at is not None and self.due_at <= (at or timezone.now())
