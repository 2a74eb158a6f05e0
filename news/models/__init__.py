from news.models.outlet import Outlet, PointRule, PointSettings
from news.models.pages import NewsIndexPage, NewsKind, NewsPage
from news.models.review import Review, Withdrawal
from news.models.review_task import NewsReviewTask
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
