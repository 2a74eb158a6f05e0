"""Banks of questions: kept by a school, drawn from by its lessons, read by nobody."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from core.deletion import HeldPageMixin
from core.slugs import SpareSlugMixin
from courses.blocks.bank import BankStreamBlock
from courses.exceptions import HasLearnersError, NotReadyError
from courses.permissions import BankPermissionTester
from schools.admin.page_form import TenantPageForm
from schools.placed import InSchoolMixin


class QuestionBankPage(InSchoolMixin, SpareSlugMixin, HeldPageMixin, Page):
    """Questions of a school, from which lessons draw some for each attempt.

    It is a page so that writing, versions, rights and the choosers are those of every
    page; it is never live, so that no route to the public has to know of it. Lessons
    draw from its newest version.
    """

    body = StreamField(BankStreamBlock(), verbose_name=_("题目"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = TenantPageForm
    held_error = HasLearnersError
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("题库叫什么")),
        FieldPanel("body"),
    ]
    # Nobody finds a question by searching.
    search_fields: ClassVar[list[Any]] = [*Page.search_fields]

    class Meta:
        verbose_name = _("题库")
        verbose_name_plural = _("题库")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A bank is never live, whatever made it."""
        self.live = False
        super().save(*args, **kwargs)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Refused.

        Raises:
            NotReadyError: always; a bank is used as it is saved.
        """
        raise NotReadyError(_("题库不用发布，存下来就能用。"))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def permissions_for_user(self, user: Any) -> BankPermissionTester:
        return BankPermissionTester(user, self)
