from news.models.outlet import Outlet, PointRule, PointSettings
from news.models.pages import NewsIndexPage, NewsKind, NewsPage
from news.models.review import NewsReviewTask, Review, Withdrawal
from news.models.submission import Adoption, Delivery, PointBonus, Submission

__all__ = [
    "Adoption",
    "Delivery",
    "NewsIndexPage",
    "NewsKind",
    "NewsPage",
    "NewsReviewTask",
    "Outlet",
    "PointBonus",
    "PointRule",
    "PointSettings",
    "Review",
    "Submission",
    "Withdrawal",
]
