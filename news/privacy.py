"""What news says of people: the map of `core.privacy`.

News has no key to an account: who wrote a revision stands in Wagtail's revisions. The
by-lines are words that the school publishes, and an erasure does not look into them.
"""

from django.utils.translation import gettext_lazy as _

from core.privacy import Basis, Published, Why, declare

_BY_LINE = Why(
    purpose=_("新闻要署名"),
    basis=Basis.DUTY,
    kept=_("和新闻一样久；不想署名了，请学校改"),
    seen_by=_("所有人"),
)


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        Published(
            model="news.NewsPage",
            fields={
                "author": _("作者"),
                "photographer": _("摄影"),
                "proofreader": _("校对"),
            },
            why=_BY_LINE,
        )
    )
