"""Closed lists of the news app."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class NewsKind(models.TextChoices):
    """What a story is; the last two are notices, a column of their own."""

    NEWS = "news", _("动态")
    FEATURE = "feature", _("特色")
    MODEL = "model", _("典型")
    NOTICE = "notice", _("通知")
    ANNOUNCEMENT = "announcement", _("公示")


NOTICE_KINDS = (NewsKind.NOTICE, NewsKind.ANNOUNCEMENT)
NEWS_KINDS = tuple(one for one in NewsKind if one not in NOTICE_KINDS)


def kinds_of_column(column: Any) -> tuple[NewsKind, ...]:
    """What may be written below that column; of a page that is none, news."""
    kinds: tuple[NewsKind, ...] = getattr(column.specific, "kinds", NEWS_KINDS)
    return kinds


class OutletLevel(models.TextChoices):
    """How far an outlet is read, the furthest first."""

    NATIONAL = "national", _("国家级")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")
    STREET = "street", _("街道")


class OutletKind(models.TextChoices):
    """The class of an outlet: the same story counts once in each (PUB-04)."""

    TV = "tv", _("电视台")
    PARTY_PAPER = "party_paper", _("党报")
    PAPER = "paper", _("报纸")
    SITE = "site", _("网站")
    NEW_MEDIA = "new_media", _("公众号等新媒体")


class SubmissionState(models.TextChoices):
    """Where a submitted story is (domain §3)."""

    WAITING = "waiting", _("等中心看")
    ACCEPTED = "accepted", _("中心采纳")
    RETURNED = "returned", _("退回来了")


class DeliveryMethod(models.TextChoices):
    """How a story reached an outlet."""

    MAIL = "mail", _("发邮件")
    WECHAT = "wechat", _("发微信")
    PLATFORM = "platform", _("传到对方平台")
    HAND = "hand", _("送过去")


class DeliveryState(models.TextChoices):
    """What came of a delivery."""

    SENT = "sent", _("报送了，还没消息")
    ADOPTED = "adopted", _("采用了")
    NOT_ADOPTED = "not_adopted", _("没有采用")


class ReviewStage(models.IntegerChoices):
    """The reviews of a story, in their order; those of the centre and the street count."""

    SCHOOL = 0, _("学校初核")
    FIRST = 1, _("一审一校")
    SECOND = 2, _("二审二校")
    THIRD = 3, _("三审三校")
    EXTRA = 4, _("上级办公室")


class ReviewKind(models.TextChoices):
    """How a review was made."""

    ONLINE = "online", _("在网站上")
    PAPER = "paper", _("在纸上")
    IMPORTED = "imported", _("以前发布的")


class ReviewResult(models.TextChoices):
    """What came of a review."""

    APPROVED = "approved", _("通过")
    RETURNED = "returned", _("退修")
    IMPORTED = "imported", _("审核制度以前已经发布")
