"""Who teaches a course, who brought questions: the map of `core.privacy`."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.privacy import Mention, declare, on_forgetting


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        Mention("courses.CoursePage", _("您教的课"), ("teachers__user",)),
        Mention("courses.CourseRun", _("您教的班"), ("teacher__user",)),
        Mention("courses.ImportDraft", _("您传上来还没导入的题"), ("by",)),
        Mention("courses.CourseOffer", _("您给别的学校用的课"), ("offered_by",)),
        Mention("courses.CourseOrigin", _("您复制的课"), ("copied_by",)),
        Mention("courses.PreviewLink", _("您做的看草稿的链接"), ("made_by",)),
    )
    on_forgetting("question files", forget_drafts)


def forget_drafts(now: datetime) -> int:
    """What was read and not taken over goes after a day."""
    from courses.models import ImportDraft

    gone, _by_model = ImportDraft.objects.old(now).delete()
    return gone
