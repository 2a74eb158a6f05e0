from news.models.outlet import Outlet, PointRule, PointSettings
from news.models.pages import NewsIndexPage, NewsKind, NewsPage
from news.models.submission import Adoption, Delivery, PointBonus, Submission

__all__ = [
    "Adoption",
    "Delivery",
    "NewsIndexPage",
    "NewsKind",
    "NewsPage",
    "Outlet",
    "PointBonus",
    "PointRule",
    "PointSettings",
    "Submission",
]
