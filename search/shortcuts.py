"""Words that mean a place of the site rather than something to learn.

长辈版 has other names on other sites (ELD-11); each leads to the page of sizes. A line of
the table is: the words, what is shown, and where it leads: the name of a route, or the
address of a page of text.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

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

    @property
    def href(self) -> str:
        """Its address; «» if the editors took the page away."""
        if self.route:
            return reverse(self.route)
        pages = Page.objects.live().filter(slug=self.slug, depth=PAGE_DEPTH)
        return f"/{self.slug}/" if pages.exists() else ""


PAGE_DEPTH = 3
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


def meant(query: str) -> list[Shortcut]:
    """The places that a query asks for, usually none."""
    asked = "".join(fold(query).split())
    return [one for one in SHORTCUTS if asked and one.is_meant(asked) and one.href]
