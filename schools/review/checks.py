"""What a reviewer looks at, as a list to tick (REV-10, LAW-22)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

BASE_CHECKS = {
    "content": _("内容看过了，说得对"),
    "copyright": _("文字、图片、音乐都可以用（版权）"),
    "captions": _("有人说话的都有字幕或文字稿（没有视频和录音也打勾）"),
}
HEALTH_CHECK = {
    "no_selling": _("不卖东西：没有药名、牌子、价钱、二维码，也不请人来「免费体检」"),
}


def checks_for(page: Any) -> dict[str, Any]:
    """The checks of a page: its own, or those of courses with one more on health."""
    own = getattr(page, "review_checks", None)
    if own is not None:
        return dict(own)
    if getattr(page, "needs_health_check", False):
        return BASE_CHECKS | HEALTH_CHECK
    return dict(BASE_CHECKS)
