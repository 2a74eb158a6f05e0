"""The closed lists of the content-health page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """How a column stands."""

    FRESH = "fresh", _("正常")
    SOON = "soon", _("快过期")
    STALE = "stale", _("过期")
    EMPTY = "empty", _("空")


class Problem(models.TextChoices):
    """What is wrong with a link."""

    PAGE_GONE = "page_gone", _("链接的网页已经删了")
    PAGE_HIDDEN = "page_hidden", _("链接的网页没有公开，居民打不开")
    FILE_GONE = "file_gone", _("链接的文件已经删了")
    FILE_LOST = "file_lost", _("文件还在名单里，原件找不到了")
    NO_ADDRESS = "no_address", _("网站里没有这个网址")
    OUTSIDE_GONE = "outside_gone", _("外面那一页没有了")
    OUTSIDE_SILENT = "outside_silent", _("外面的网站打不开")
    REFUSED = "refused", _("这样的网址居民打不开")
