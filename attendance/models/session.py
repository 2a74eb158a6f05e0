"""People who meet at a time and place. It knows nothing of courses."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.core.cache import cache
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.choices import CAME, AttendanceState, SessionKind, SessionState
from schools.choices import Role
from schools.models import TenantModel, TenantQuerySet

# Inside `Holiday` the field `date` hides the type.
Day = date
HOLIDAYS_KEY = "near:attendance.holidays"
KEPT_S = 60


class SessionQuerySet(TenantQuerySet):
    """Sessions as timetables and rules ask for them."""

    def taking_place(self) -> Self:
        """All but the cancelled ones."""
        return self.exclude(state=SessionState.CANCELLED)

    def between(self, start: datetime, end: datetime) -> Self:
        """Sessions that share time with the half-open interval [start, end)."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def rolled_by(self, user: Any) -> Self:
        """Sessions whose roll the person takes: `can_take_roll` asks it."""
        managed = user.memberships.active().filter(
            role__in=(Role.CLERK, Role.PRINCIPAL)
        )
        return self.filter(
            Q(school__in=managed.values("school_id")) | self._led_by(user)
        )

    def led_by(self, user: Any) -> Self:
        """Sessions that the person leads as a teacher of the school now."""
        return self.filter(self._led_by(user))

    def _led_by(self, user: Any) -> Q:
        taught = user.memberships.active().filter(role=Role.TEACHER)
        return Q(teacher__user=user, school__in=taught.values("school_id"))

    def without_roll(self, at: datetime) -> Self:
        """Sessions that are over and of which nobody has said who came.

        Leave is asked for beforehand: it does not say that anybody called the names. A
        head-count is a word too, also one of nobody.
        """
        named = [one for one in AttendanceState if one != AttendanceState.LEAVE]
        return self.filter(
            state=SessionState.PLANNED, ends_at__lte=at, headcount__isnull=True
        ).exclude(records__state__in=named)

    def begun_with_people(self, at: datetime) -> Self:
        """Sessions that have begun, with people there, and are not down as held."""
        there = (
            Q(headcount__gt=0)
            | Q(walk_ins__gt=0)
            | Q(records__state__in=CAME)
            | Q(named_walk_ins__isnull=False, named_walk_ins__record__isnull=True)
        )
        found = self.filter(there, state=SessionState.PLANNED, starts_at__lte=at)
        return found.distinct()

    def still_ahead(self, at: datetime) -> Self:
        """Sessions that have not begun and may still be moved."""
        return self.filter(state=SessionState.PLANNED, starts_at__gt=at)


class Session(TenantModel):
    """One meeting: half-open in time, so that the next may begin as it ends."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="sessions"
    )
    venue = models.ForeignKey(
        "schools.Venue",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("场地"),
    )
    teacher = models.ForeignKey(
        "schools.StaffProfile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("老师"),
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    kind = models.CharField(
        max_length=10, choices=SessionKind.choices, default=SessionKind.LESSON
    )
    # For statistics: the slug of what it is about, as the app that made it knows it.
    category = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    # People counted in the room; apart from the records of those who are named.
    headcount = models.PositiveSmallIntegerField(_("到场人数"), null=True, blank=True)
    # Of them, people who came without being on the list. Counted, not named: those who
    # said their names are rows of `WalkIn`.
    walk_ins = models.PositiveSmallIntegerField(_("没报名来的人"), default=0)

    objects = SessionQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("一次课")
        verbose_name_plural = _("一次课")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="attendance_session_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SessionKind.values)
                & Q(state__in=SessionState.values),
                name="attendance_session_words_are_known",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "starts_at"], name="attendance_of_school"),
            models.Index(fields=["starts_at"], name="attendance_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.starts_at:%Y-%m-%d %H:%M}"


class Holiday(models.Model):
    """A day without lessons, as the operator lists it: no calendar is built in."""

    date = models.DateField(_("日期"), unique=True)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = _("放假的日子")
        verbose_name_plural = _("放假的日子")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        cache.delete(HOLIDAYS_KEY)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        gone = super().delete(*args, **kwargs)
        cache.delete(HOLIDAYS_KEY)
        return gone

    @classmethod
    def names(cls) -> dict[Day, str]:
        """All of them, for pages: a short list, read from the cache.

        Another process sees a change within a minute. Planning asks the database.
        """
        found: dict[Day, str] | None = cache.get(HOLIDAYS_KEY)
        if found is None:
            found = dict(cls.objects.values_list("date", "name"))
            cache.set(HOLIDAYS_KEY, found, KEPT_S)
        return found
