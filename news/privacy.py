"""What news says of people: the map of `core.privacy`.

A news page has no key to an account: who wrote a revision stands in Wagtail's
revisions. By-lines are words that the school publishes, and an erasure does not look
into them.
"""

from django.utils.translation import gettext_lazy as _

from core.privacy import Basis, Mention, Published, Why, declare

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
        ),
        Published(
            model="news.Submission",
            fields={
                "author": _("作者"),
                "photographer": _("摄影"),
                "proofreader": _("校对"),
            },
            why=_BY_LINE,
        ),
        Published(
            model="news.PointBonus", fields={"author": _("记给谁")}, why=_BY_LINE
        ),
        Mention("news.Submission", _("您报送的稿子"), ("submitted_by",)),
        Mention("news.Delivery", _("您送给媒体的稿子"), ("sent_by",)),
        Mention("news.Adoption", _("您记下的采用"), ("noted_by",)),
        Mention("news.PointBonus", _("您记的加分"), ("by",)),
        Mention("news.Review", _("您审过的新闻"), ("reviewer", "recorded_by")),
        Mention("news.Withdrawal", _("您撤下的新闻"), ("by",)),
        shown=60,
    )
