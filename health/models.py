"""What `check_links` found. Derived rows: each run writes them anew."""

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from health.choices import Problem
from health.permissions import own_schools, sees_whole_site

LONGEST_TARGET = 500


class LinkFindingQuerySet(models.QuerySet["LinkFinding"]):
    """Findings as one person may see them."""

    def visible_to(self, user: Any) -> Self:
        """Those of the own school; all, for the centre."""
        if sees_whole_site(user):
            return self.all()
        return self.filter(school__in=own_schools(user))


class LinkFinding(models.Model):
    """A link on a live page that leads nowhere; gone when a run finds it mended."""

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+"
    )
    # In whose branch the page stands; none for pages of the whole site.
    school = models.ForeignKey(
        "schools.SchoolPage",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
    )
    # An address, or what an inner link points to: «page:12», «document:3».
    target = models.CharField(_("网址"), max_length=LONGEST_TARGET)
    # The words of the link, as readers see them.
    words = models.CharField(_("链接上的字"), max_length=120, blank=True)
    # The place in the editor: `#block-…-section`, or empty.
    anchor = models.CharField(max_length=80, blank=True)
    problem = models.CharField(_("哪里不对"), max_length=20, choices=Problem.choices)
    # What the other side said: «404».
    detail = models.CharField(max_length=80, blank=True)
    first_seen_at = models.DateTimeField(_("什么时候发现的"), default=timezone.now)
    checked_at = models.DateTimeField(_("什么时候查的"))

    objects = LinkFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("断了的链接")
        verbose_name_plural = _("断了的链接")
        ordering = ["first_seen_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "target"], name="health_one_finding_a_link"
            ),
            models.CheckConstraint(
                condition=models.Q(problem__in=Problem.values),
                name="health_problem_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} → {self.target}"

    @property
    def shown_target(self) -> str:
        """The address, where it is one that people read."""
        kind = self.target.partition(":")[0]
        return "" if kind in ("page", "document", "image", "media") else self.target


class OutsideAddress(models.Model):
    """An address outside that pages link to, and what it answered last.

    Kept also where it answered well: nobody is asked more often than once a week.
    """

    address = models.CharField(max_length=LONGEST_TARGET, unique=True)
    checked_at = models.DateTimeField()
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True)
    detail = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("外面的网址")
        verbose_name_plural = _("外面的网址")

    def __str__(self) -> str:
        return self.address


class LinkCheck(models.Model):
    """One run of `check_links` over all live pages."""

    finished_at = models.DateTimeField(_("什么时候查完的"))
    pages = models.PositiveIntegerField(_("几页"))
    links = models.PositiveIntegerField(_("几个链接"))

    class Meta:
        verbose_name = _("链接检查")
        verbose_name_plural = _("链接检查")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}"
