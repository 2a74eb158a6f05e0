"""The pages that every site has from its first migrate on."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Collection, Locale, Page, PageLogEntry, Site

from activities.models import BrandIndexPage
from courses.models import CourseIndexPage
from home.models import HomePage
from home.services.standard_pages import ensure_standard_pages
from news.models import NewsIndexPage, NoticeIndexPage
from schools.models import SchoolIndexPage

TOP_PAGES: tuple[tuple[type[Page], str, str], ...] = (
    (CourseIndexPage, "课程", "courses"),
    (NewsIndexPage, "新闻", "news"),
    (NoticeIndexPage, "通知公示", "notices"),
    (SchoolIndexPage, "学校", "schools"),
    (BrandIndexPage, "品牌", "brands"),
)
WAGTAILS_ROOT = "Root"
WAGTAILS_WELCOME = "Welcome to your new Wagtail site!"


@transaction.atomic
def ensure_site_tree() -> HomePage:
    """Make what is missing of: root, home, the three lists, and the standard pages.

    Wagtail's welcome page goes. Nothing that somebody wrote is touched.
    """
    ContentType.objects.clear_cache()
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if Collection.get_first_root_node() is None:
        Collection.add_root(name=WAGTAILS_ROOT)
    home = HomePage.objects.first()
    if home is None:
        home = _make_home()
    for model, title, slug in TOP_PAGES:
        if not model.objects.child_of(home).exists():
            home.add_child(instance=model(title=title, slug=slug))
            home.refresh_from_db()
    ensure_standard_pages(home)
    _name_roots()
    return home


def _name_roots() -> None:
    """Wagtail names the tops of its two trees in English; staff see them in lists."""
    Page.objects.filter(depth=1, title=WAGTAILS_ROOT).update(
        title="全部页面", draft_title="全部页面"
    )
    Collection.objects.filter(depth=1, name=WAGTAILS_ROOT).update(name="全部资料")
    PageLogEntry.objects.filter(label=WAGTAILS_WELCOME).update(label="自带的欢迎页")


def _make_home() -> HomePage:
    root: Any = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(
            title=WAGTAILS_ROOT,
            slug="root",
            content_type=ContentType.objects.get_for_model(Page),
        )
    # Only Wagtail's own welcome page is a plain Page below the root.
    for welcome in root.get_children().filter(
        content_type=ContentType.objects.get_for_model(Page)
    ):
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="首页", slug="home"))
    Site.objects.get_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": "学习网"},
    )
    return home
