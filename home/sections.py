"""What the home page draws from elsewhere: six queries, whatever there is."""

from typing import Any

from core.pictures import read_renditions
from courses.catalogue import attach_schools
from courses.models import Category, CoursePage
from news.models import NewsPage
from schools.models import SchoolPage

NEWEST_COURSES = 8
NEWEST_NEWS = 4


def read_sections() -> dict[str, Any]:
    """New courses, news and the schools, as the home page shows them."""
    courses = list(
        CoursePage.objects.in_catalogue().order_by("-first_published_at", "-pk")[
            :NEWEST_COURSES
        ]
    )
    news = list(NewsPage.objects.newest()[:NEWEST_NEWS])
    schools = list(
        SchoolPage.objects.open_to_all().in_order().select_related("lead_image")
    )
    attach_schools([*courses, *news], schools)
    read_renditions(
        [
            *(course.cover for course in courses),
            *(item.lead_image for item in news[:1]),
            *(school.lead_image for school in schools),
        ]
    )
    return {
        "new_courses": courses,
        "lead_news": news[0] if news else None,
        "latest_news": news[1:],
        "schools": schools,
        "categories": list(Category.objects.all()),
    }
