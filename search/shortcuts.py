"""Words that mean a place of the site rather than something to learn.

长辈版 has other names on other sites (ELD-11); each leads to the page of sizes. A line of
the table is: the words, what is shown, and where it leads: the name of a route, or the
address of a page of text.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core.kept_sql import kept
from search.text import fold

# A word leads there if it is so much of what was typed.
PART = 0.5


@dataclass(frozen=True)
class Shortcut:
    """A place of the site and the words by which people look for it."""

    words: tuple[str, ...]
    title: str | Promise
    text: str | Promise
    icon: str
    route: str = ""
    slug: str = ""

    def is_meant(self, asked: str) -> bool:
        """Whether the folded query, without blanks, asks for the place."""
        return any(
            word in asked and len(word) >= PART * len(asked) for word in self.words
        )

    def address(self) -> str:
        """Where it is; «» if the editors took the page away. May cost a query."""
        if self.route:
            return reverse(self.route)
        return f"/{self.slug}/" if _pages_named(slug=self.slug) else ""


@dataclass(frozen=True)
class Place:
    """A place that is meant, as the page shows it."""

    title: str | Promise
    text: str | Promise
    icon: str
    href: str


PAGE_DEPTH = 3


@kept(slug=CharField())
def _pages_named(slug: Any) -> Any:
    return Page.objects.live().filter(slug=slug, depth=PAGE_DEPTH).values_list("pk")[:1]


SHORTCUTS = (
    Shortcut(
        words=(
            *("长辈版", "亲情版", "关爱版", "关怀版", "老年版", "适老", "长者", "大字"),
            *("字太小", "字小", "字大", "字体", "字号", "放大", "看不清", "高对比"),
            *("深色", "夜间", "elder", "largetext", "fontsize", "zhangbeiban"),
        ),
        title=_("长辈版：字大、好点、看得清"),
        text=_("选字的大小和颜色，选好以后每一页都这样。"),
        icon="text-aa-bold",
        route="core:display",
    ),
    Shortcut(
        words=("隐私", "个人信息", "注销", "privacy"),
        title=_("隐私说明"),
        text=_("我们收什么、为什么收、留多久，您怎么查、怎么改、怎么删。"),
        icon="shield-check-duotone",
        slug="privacy",
    ),
    Shortcut(
        words=("无障碍", "读屏", "盲人", "accessibility"),
        title=_("无障碍说明"),
        text=_("看不清、听不清、手不方便，也能用；遇到困难找谁。"),
        icon="person-arms-spread-duotone",
        slug="accessibility",
    ),
    Shortcut(
        words=("帮助", "不会用", "怎么用", "验证码", "help"),
        title=_("帮助"),
        text=_("怎么注册、怎么报名、怎么接着学，收不到验证码怎么办。"),
        icon="question-bold",
        slug="help",
    ),
    Shortcut(
        words=("登录", "登陆", "注册", "密码", "signin", "login"),
        title=_("登录或注册"),
        text=_("填手机号，收一条短信，就登录好了。"),
        icon="sign-in-bold",
        route="account_login",
    ),
)


def meant(query: str) -> list[Place]:
    """The places that a query asks for, usually none."""
    asked = "".join(fold(query).split())
    found = [one for one in SHORTCUTS if asked and one.is_meant(asked)]
    places = [Place(one.title, one.text, one.icon, one.address()) for one in found]
    return [place for place in places if place.href]
