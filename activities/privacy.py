"""What brands say of people: the map of `core.privacy`."""

from django.utils.translation import gettext_lazy as _

from core.privacy import Basis, Published, Why, declare

_LEADER = Why(
    purpose=_("品牌是谁带的，大家要知道"),
    basis=Basis.DUTY,
    kept=_("和品牌的网页一样久；不想写了，请学校改"),
    seen_by=_("所有人"),
)


def declare_all() -> None:
    """Called once, when the app is ready."""
    declare(
        Published(
            model="activities.BrandPage",
            fields={"leader": _("谁带的")},
            why=_LEADER,
        )
    )
