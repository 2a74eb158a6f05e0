"""What a school of these tests has."""

from datetime import time

from schools.models import SchoolPage
from tests.courses.classes import make_class
from tests.factories import (
    make_category,
    make_course,
    make_image,
    make_news,
    make_profile,
    make_text_lesson,
)


def grow(school: SchoolPage, count: int, *, first: int = 0) -> None:
    """More courses, teachers and news; every second one with a picture."""
    for number in range(first, first + count):
        name = f"{school.slug}-{number}"
        picture = make_image(school, name) if number % 2 else None
        teacher = make_profile(school, f"{name}老师")
        category = make_category(f"c{number % 3}", f"分类{number % 3}")
        course = make_course(
            school, name, teacher, title=f"手机{name}", cover=picture, category=category
        )
        hour = 8 + number % 10
        make_class(
            course, start_time=time(hour), end_time=time(hour, 30), capacity=number + 1
        )
        make_text_lesson(course, "手机第一课", is_preview=True)
        make_text_lesson(course, "第二课", slug="l2", part_heading="第二部分")
        make_news(school, f"手机新闻{name}", lead_image=picture, slug=f"n-{name}")
