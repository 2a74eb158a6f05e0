"""Enrolments: one person, one run, one episode of learning."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRun
from learning.choices import (
    LIVE_STATES,
    SEATED_STATES,
    STUDY_STATES,
    Cause,
    Source,
    State,
)
from learning.models.class_figures import STUCK_AFTER, Figure, condition
from schools.choices import Role
from schools.models import TenantModel, TenantQuerySet

# Who is offered a seat before whom: see `Enrolment.queue_tier`.
QUEUE_ORDER = ("queue_tier", "queue_number")


class EnrolmentQuerySet(TenantQuerySet):
    """Enrolments as learners and staff ask for them."""

    def own_rows(self, user: Any) -> models.Q:
        """A learner's own, and those of the courses that the account teaches now."""
        # By the keys of the runs: the teachers of a course would be several rows of a
        # join, and a class of thousands would be sorted to make them one again.
        taught = CourseRun.objects.filter(
            course__teachers__user=user,
            school__in=user.memberships.active()
            .filter(role=Role.TEACHER)
            .values("school_id"),
        )
        return models.Q(learner=user) | models.Q(run__in=taught.values("pk"))

    def of_staff_view(self, user: Any, at: datetime | None = None) -> Self:
        """What the person sees at the desk: the rows of others, never one's own."""
        return self.visible_to(user, at).exclude(learner=user)

    def live(self) -> Self:
        """Enrolments in a state that has not ended."""
        return self.filter(state__in=LIVE_STATES)

    def studying(self) -> Self:
        """Enrolments whose holder may open the lessons."""
        return self.filter(condition(Figure.STUDYING))

    def unfinished(self) -> Self:
        """Studied, and not complete yet."""
        return self.filter(condition(Figure.UNFINISHED))

    def finished(self) -> Self:
        return self.filter(condition(Figure.FINISHED))

    def stuck(self, at: datetime | None = None) -> Self:
        """Not complete, at least one lesson opened, nothing recorded for 7 × 24 h."""
        return self.filter(condition(Figure.STUCK, at))

    def not_begun(self) -> Self:
        """Not complete, and no lesson ever opened."""
        return self.filter(condition(Figure.NOT_BEGUN))

    def dormant(self, at: datetime | None = None) -> Self:
        """Not complete, and nothing heard for 30 days."""
        return self.filter(condition(Figure.DORMANT, at))

    def figures(self, at: datetime | None = None) -> dict[str, int]:
        """How many of these belong to each group; one query for all of them."""
        counts = {
            str(one): models.Count("pk", filter=condition(one, at)) for one in Figure
        }
        return self.order_by().aggregate(**counts)

    def seated(self) -> Self:
        """Enrolments that hold a seat of their run."""
        return self.filter(state__in=SEATED_STATES)

    def waiting(self) -> Self:
        """The waiting list, in the order in which seats are offered."""
        return self.filter(state=State.WAITLISTED).order_by(*QUEUE_ORDER)

    def offers_to_pass_on(self, at: datetime) -> Self:
        """Offered seats that nobody has accepted in time."""
        return self.filter(state=State.OFFERED, offered_until__lte=at)

    def with_queue_position(self) -> Self:
        """`queue_position` on each row: 1 for who is next, 0 for who does not wait."""
        ahead = (
            self.model.objects.filter(
                run=models.OuterRef("run"), state=State.WAITLISTED
            )
            .filter(
                models.Q(queue_tier__lt=models.OuterRef("queue_tier"))
                | models.Q(
                    queue_tier=models.OuterRef("queue_tier"),
                    queue_number__lte=models.OuterRef("queue_number"),
                )
            )
            .order_by()
            .values("run")
            .annotate(number=models.Count("pk"))
            .values("number")
        )
        return self.annotate(
            queue_position=models.Case(
                models.When(state=State.WAITLISTED, then=models.Subquery(ahead)),
                default=0,
                output_field=models.IntegerField(),
            )
        )

    def with_last_seen(self) -> Self:
        """`seen_until` on each row: the last report of the lesson they were in."""
        from learning.models.progress import LessonProgress

        last = LessonProgress.objects.filter(
            enrolment=models.OuterRef("pk"), lesson=models.OuterRef("last_lesson")
        )
        return self.annotate(seen_until=models.Subquery(last.values("seen_until")[:1]))

    def with_course(self) -> Self:
        """The run and course of each, in the same query."""
        return self.select_related("run__course__category", "run__course__cover")


class Enrolment(TenantModel):
    """A learner on a run. A retake after completion is a new row."""

    run = models.ForeignKey(
        "courses.CourseRun", on_delete=models.PROTECT, related_name="enrolments"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    state = models.CharField(max_length=12, choices=State.choices)
    source = models.CharField(
        max_length=10, choices=Source.choices, default=Source.SELF
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    last_lesson = models.ForeignKey(
        "courses.LessonPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # When the learner last did something in a lesson; empty until the first.
    last_seen_at = models.DateTimeField(null=True, blank=True)

    # The waiting list. Numbers are given out under the run's lock and never again, so
    # that who leaves and comes back stands at the end. A lower tier goes first: who won
    # no seat in a draw before who came later, and «not been before» where the run says.
    queue_tier = models.PositiveSmallIntegerField(default=0)
    queue_number = models.PositiveIntegerField(null=True, blank=True)
    # Until when the offered seat is kept; set exactly while a seat is offered.
    offered_until = models.DateTimeField(null=True, blank=True)
    # The number on the published list of a draw: says nothing about its holder.
    ticket = models.CharField(_("抽签号"), max_length=12, blank=True)
    # The relative who agreed and signed, for learners of a great age (domain §6).
    relative_name = models.CharField(_("签名的家人"), max_length=40, blank=True)
    # More time for this learner in quizzes with a limit, in per cent of it.
    extra_time_percent = models.PositiveSmallIntegerField(
        _("小测多给时间（百分之几）"), default=0
    )

    objects = EnrolmentQuerySet.as_manager()
    tenant_path: ClassVar[str] = "run__school"

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "run"],
                condition=models.Q(state__in=[str(s) for s in LIVE_STATES]),
                name="learning_one_live_enrolment_per_run",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(s) for s in State]),
                name="learning_enrolment_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at__isnull=False)
                | ~models.Q(state=str(State.COMPLETED)),
                name="learning_completed_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["run", "queue_number"], name="learning_queue_is_numbered"
            ),
            models.UniqueConstraint(
                fields=["run", "ticket"],
                condition=models.Q(ticket__gt=""),
                name="learning_one_ticket_each",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=str(State.WAITLISTED))
                | models.Q(queue_number__isnull=False),
                name="learning_waiting_has_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=str(State.OFFERED), offered_until__isnull=False
                )
                | (
                    ~models.Q(state=str(State.OFFERED))
                    & models.Q(offered_until__isnull=True)
                ),
                name="learning_offer_has_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", *QUEUE_ORDER],
                condition=models.Q(state=str(State.WAITLISTED)),
                name="learning_queue",
            ),
            models.Index(
                fields=["offered_until"],
                condition=models.Q(state=str(State.OFFERED)),
                name="learning_offers",
            ),
            models.Index(fields=["learner", "state"], name="learning_of_learner"),
            models.Index(fields=["run", "state"], name="learning_of_run"),
            # `figures()` and the order of the roster, read from the index alone.
            models.Index(
                fields=["run", "state", "completed_at", "last_seen_at", "created_at"],
                name="learning_class_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner} · {self.run}"

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None

    @property
    def can_study(self) -> bool:
        return self.state in STUDY_STATES

    @property
    def seen_at(self) -> datetime | None:
        """When the learner was last there, exactly where `with_last_seen` was asked.

        The column alone is true to a few minutes (`learning.services.lesson_row`).
        """
        known = (self.last_seen_at, self.__dict__.get("seen_until"))
        return max((one for one in known if one is not None), default=None)

    def is_stuck(self, at: datetime | None = None) -> bool:
        """The rule of `EnrolmentQuerySet.stuck`, of one row."""
        return bool(
            self.can_study
            and not self.is_complete
            and self.last_seen_at
            and self.last_seen_at <= (at or timezone.now()) - STUCK_AFTER
        )


class EnrolmentEvent(TenantModel):
    """A move of an enrolment from state to state. Rows are added and never changed."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="events"
    )
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=120, blank=True)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(to_state=str(State.COMPLETED)),
                name="learning_completed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_state} → {self.to_state}"

    @property
    def reason_in_words(self) -> str:
        """Why: a cause that the site knows, or what a person wrote."""
        return str(Cause(self.reason).label) if self.reason in Cause else self.reason
