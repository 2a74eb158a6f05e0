"""The newest news as RSS and Atom: of the whole street, or of one school."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from news.models import NewsPage
from schools.models import SchoolPage

ITEMS = 30


class NewsFeed(Feed):
    """RSS."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed

    def get_object(self, request: HttpRequest, school: str = "") -> SchoolPage | None:
        """The school whose news is asked for; none is the whole street."""
        if not school:
            return None
        return get_object_or_404(SchoolPage.objects.open_to_all(), slug=school)

    def title(self, school: SchoolPage | None) -> str:
        return _("%(name)s的新闻") % {"name": school.title if school else _("街道")}

    def link(self, school: SchoolPage | None) -> str:
        return str(school.url) if school else "/news/"

    def description(self, school: SchoolPage | None) -> str:
        return _("刚刚发布的新闻和通知。")

    def items(self, school: SchoolPage | None) -> list[Any]:
        found = NewsPage.objects.newest()
        if school:
            found = found.descendant_of(school)
        return list(found.order_by("-first_published_at", "-pk")[:ITEMS])

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.summary)

    def item_link(self, item: Any) -> str:
        return str(item.url)

    def item_author_name(self, item: Any) -> str:
        return str(item.author)

    def item_guid(self, item: Any) -> str:
        """The same for good, whatever becomes of the address."""
        return f"news:{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime | None:
        found: datetime | None = item.first_published_at
        return found

    def item_updateddate(self, item: Any) -> datetime | None:
        found: datetime | None = item.last_published_at
        return found


class AtomNewsFeed(NewsFeed):
    """The same as Atom."""

    feed_type = Atom1Feed

    def subtitle(self, school: SchoolPage | None) -> str:
        return self.description(school)
