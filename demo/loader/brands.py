"""The brands of the schools, with their courses and news."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from activities.models import BrandPage
from core.civil_time import SHANGHAI
from courses.models import CoursePage
from demo.loader.data import block_id, brands
from demo.loader.news import pass_reviews
from demo.loader.once import loaded_pk, once
from news.models import NewsPage
from schools.models import SchoolPage

AGE = timedelta(days=40)


def load_brands(schools: dict[str, SchoolPage], now: datetime) -> None:
    """Each brand under its school, published a while ago."""
    at = datetime.combine((now - AGE).date(), time(9), tzinfo=SHANGHAI)
    for line in brands():
        once(f"brand:{line['id']}", partial(_brand, line, schools, at))
        once(f"brand:{line['id']}:news", partial(_join_news, line))


def _brand(
    line: dict[str, Any], schools: dict[str, SchoolPage], at: datetime
) -> BrandPage:
    section = (
        schools[line["school"] or "centre"].get_children().get(slug="brands").specific
    )
    brand = BrandPage(
        title=line["name"],
        slug=line["id"],
        theme=line["theme"],
        concept=line["concept"],
        stage=line["stage"],
        since=line["since"],
        leader=line["leader"],
        outcomes="\n".join(line["outcomes"]),
        live=False,
    )
    brand.honours = BrandPage._meta.get_field("honours").to_python(
        [
            {
                "type": "honour",
                "id": block_id(line["id"], number),
                "value": {key: one[key] for key in ("level", "title", "year")},
            }
            for number, one in enumerate(line["honours"])
        ]
    )
    keys = [loaded_pk(f"course:{one}") for one in line["courses"]]
    brand.courses = list(CoursePage.objects.filter(pk__in=keys))
    section.add_child(instance=brand)
    brand.save_revision(log_action=False).publish(log_action=False)
    BrandPage.objects.filter(pk=brand.pk).update(
        first_published_at=at, last_published_at=at
    )
    return brand


def _join_news(line: dict[str, Any]) -> None:
    """Its news belongs to it: in the draft, and anew through the reviews where live."""
    brand = BrandPage.objects.get(pk=loaded_pk(f"brand:{line['id']}"))
    keys = [loaded_pk(f"news:{one}") for one in line["news"]]
    for item in NewsPage.objects.filter(pk__in=keys):
        draft = item.get_latest_revision_as_object()
        draft.brand = brand
        draft.save_revision(log_action=False)
        if item.live:
            known = NewsPage.objects.get(pk=item.pk)
            pass_reviews(known, item.first_published_at)
