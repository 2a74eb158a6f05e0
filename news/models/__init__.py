from news.choices import NewsKind
from news.models.outlet import Outlet, PointRule, PointSettings
from news.models.pages import NewsPage
from news.models.review import Review, Withdrawal
from news.models.review_task import NewsReviewTask
from news.models.sections import NewsIndexPage, NoticeIndexPage
from news.models.submission import Adoption, Delivery, PointBonus, Submission

__all__ = [
    "Adoption",
    "Delivery",
    "NewsIndexPage",
    "NewsKind",
    "NewsPage",
    "NewsReviewTask",
    "NoticeIndexPage",
    "Outlet",
    "PointBonus",
    "PointRule",
    "PointSettings",
    "Review",
    "Submission",
    "Withdrawal",
]
