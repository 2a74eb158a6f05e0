"""What the home page draws from elsewhere: two queries each, whatever there is."""

from typing import Any

from courses.models import Category, CoursePage
from news.models import NewsPage
from schools.models import SchoolPage

NEWEST_COURSES = 8
NEWEST_NEWS = 4


def read_sections() -> dict[str, Any]:
    """New courses, news and the schools, as the home page shows them."""
    return {
        "new_courses": list(
            CoursePage.objects.in_catalogue().order_by("-first_published_at", "-pk")[
                :NEWEST_COURSES
            ]
        ),
        "latest_news": list(NewsPage.objects.newest()[:NEWEST_NEWS]),
        "schools": list(SchoolPage.objects.live().public().in_order()),
        "categories": list(Category.objects.all()),
    }
