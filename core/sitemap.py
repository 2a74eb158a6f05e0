"""The sitemap, for search engines: what everybody may read now."""

from typing import Any

from wagtail.contrib.sitemaps import Sitemap

from core.routing import is_open_to_all


class PublicSitemap(Sitemap):
    """Wagtail's, without pages whose time is up but which the clock has not taken yet."""

    def items(self) -> Any:
        """The pages, from the root of the site."""
        return super().items().filter(is_open_to_all())
