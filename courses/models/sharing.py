"""Courses that a school gives to the other schools, and where a copied course came from."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.permissions import can_write_courses, schools_to_write_for
from schools.models import TenantModel, TenantQuerySet


class CourseOfferQuerySet(TenantQuerySet):
    """Offers: one's own school's, and what every writer of the street may take."""

    def open(self) -> Self:
        """Those that can be taken now: not withdrawn, and residents see the course."""
        return self.filter(withdrawn_at__isnull=True, course__live=True)

    def takeable_by(self, user: Any) -> Self:
        """Open ones of which the person can make a copy: in a school that is not its own."""
        schools = set(schools_to_write_for(user).values_list("pk", flat=True))
        found = self.visible_to(user).open()
        return found.exclude(school__in=schools) if len(schools) == 1 else found

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Who writes courses sees the open offers of every school: that is their use."""
        found = super().visible_to(user, at)
        if user.is_authenticated and can_write_courses(user):
            found |= self.open()
        return found


class CourseOffer(TenantModel):
    """A school lets the others copy one of its courses.

    Withdrawing ends it for the future; copies that were made stay with their schools.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.CASCADE, related_name="+"
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        on_delete=models.CASCADE,
        related_name="offers",
        verbose_name=_("课程"),
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("谁给的"),
    )
    offered_at = models.DateTimeField(_("什么时候给的"))
    withdrawn_at = models.DateTimeField(_("什么时候收回的"), null=True, blank=True)

    objects: ClassVar[Any] = CourseOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("给别的学校用的课")
        verbose_name_plural = _("给别的学校用的课")
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="courses_one_open_offer_of_a_course",
            )
        ]

    def __str__(self) -> str:
        return str(self.course)


class CourseOrigin(TenantModel):
    """From which course a copy was made: frozen words, so that it outlives its source."""

    course = models.OneToOneField(
        "courses.CoursePage",
        on_delete=models.CASCADE,
        related_name="origin",
        verbose_name=_("课程"),
    )
    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.CASCADE, related_name="+"
    )
    source = models.ForeignKey(
        "courses.CoursePage",
        on_delete=models.SET_NULL,
        null=True,
        related_name="copies",
        verbose_name=_("从哪门课复制的"),
    )
    # The course copied and those it was copied from itself, the first one first:
    # [{"school": name, "title": title}]; of other schools than its own alone.
    credits = models.JSONField(default=list)
    # The version that was copied: when it was saved last.
    source_saved_at = models.DateTimeField(null=True)
    copied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("谁复制的"),
    )
    copied_at = models.DateTimeField(_("什么时候复制的"))

    objects: ClassVar[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("课程从哪儿来")
        verbose_name_plural = _("课程从哪儿来")
        ordering = ["-copied_at", "-pk"]

    def __str__(self) -> str:
        return str(self.course)

    @property
    def first(self) -> dict[str, str] | None:
        """Where it was written at the very first; None where it is the school's own."""
        return self.credits[0] if self.credits else None

    @property
    def last(self) -> dict[str, str] | None:
        """From which it was copied; None where it is the school's own."""
        return self.credits[-1] if self.credits else None
