"""The task of Wagtail's workflow in which somebody else looks at a page."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from schools.choices import Role
from schools.permissions import centre_roles_of
from schools.review.digest import digest_for


class ReviewState(TaskState):
    """One review: of which content, and what the reviewer ticked."""

    content_digest = models.CharField(max_length=64, blank=True)
    checks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("审核")
        verbose_name_plural = _("审核")


class PeerReviewTask(Task):
    """Somebody with one of the roles looks, who has no part in the work.

    Wagtail's own buttons and dialogue do nothing here: they ask for no checks and know
    of no own work. `schools.services.review` alone decides.
    """

    task_state_class = ReviewState
    # Roles at the centre that may review.
    reviewer_roles: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Note what was handed in, so that a later change is seen."""
        state = super().start(workflow_state, user=user)
        kind = workflow_state.content_object.specific_class
        state.content_digest = digest_for(kind, state.revision.content)
        state.save(update_fields=["content_digest"])
        return state

    def on_action(
        self, task_state: Any, user: Any, action_name: str, **kwargs: Any
    ) -> None:
        """Refused: see the class.

        Raises:
            PermissionDenied: always.
        """
        raise PermissionDenied

    @property
    def stage_words(self) -> str:
        """Which of several reviews it is; empty where there is one."""
        return ""

    def allows(self, user: Any, page: Any) -> bool:
        """Whether the person has the role for it."""
        roles = set(self.reviewer_roles)
        return bool(user.is_superuser or centre_roles_of(user) & roles)

    @classmethod
    def own_pages(cls, user: Any, pages: list[Any]) -> set[int]:
        """The pages in which the person has a part that the common rule does not see.

        A fixed number of queries, however many pages.
        """
        return set()

    def refuses(self, user: Any, page: Any) -> bool:
        """Whether the person has such a part in the page."""
        return page.pk in self.own_pages(user, [page])

    def require_earlier(self, page: Any, seen: str) -> None:
        """Refuse a review whose turn it is not; raises a `RefusedError` then."""

    def record(
        self,
        *,
        state: Any,
        page: Any,
        by: Any,
        result: str,
        opinion: str,
        checks: list[str],
        remarks: int,
        at: datetime,
    ) -> None:
        """Keep the decision beside Wagtail's own; in its transaction."""

    @classmethod
    def get_description(cls) -> str:
        return str(_("由没有参与编写的人，对照清单看过再上线。"))


class CentreReviewTask(PeerReviewTask):
    """The centre's editor looks; the director may too."""

    reviewer_roles: ClassVar[tuple[str, ...]] = (Role.EDITOR, Role.DIRECTOR)

    class Meta:
        verbose_name = _("编辑审核")
        verbose_name_plural = _("编辑审核")
