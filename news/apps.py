from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("新闻")

    def ready(self) -> None:
        from core.routing import GONE
        from core.slots import register_slot
        from news import privacy, slots
        from news.views import withdrawn

        GONE.append(withdrawn)

        privacy.declare_all()
        register_slot("school.news", slots.school_news)
        register_slot("brand.news", slots.brand_news)
        register_slot("review.page", slots.review_of_story)
        register_slot("desk.links", slots.desk_links)
