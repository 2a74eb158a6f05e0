"""The news of the street; what has not passed its reviews stays a draft."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from core.civil_time import SHANGHAI
from courses.models import Category
from demo.loader.data import block_id, street
from demo.loader.once import once
from news.models import NewsKind, NewsPage
from schools.models import SchoolPage

KINDS = {
    "动态": NewsKind.NEWS,
    "特色": NewsKind.FEATURE,
    "典型": NewsKind.MODEL,
    "通知": NewsKind.NOTICE,
    "公示": NewsKind.ANNOUNCEMENT,
}


def load_news(schools: dict[str, SchoolPage], anchor: date) -> None:
    """Each item under its school, dated by the anchor."""
    for line in street()["news"]:
        once(f"news:{line['id']}", partial(_item, line, schools, anchor))


def _item(
    line: dict[str, Any], schools: dict[str, SchoolPage], anchor: date
) -> NewsPage:
    school = schools[line["school"]]
    section = school.get_children().get(slug="news").specific
    day = anchor + timedelta(days=line["day"])
    item = NewsPage(
        title=line["title"],
        slug=line["id"],
        kind=KINDS[line["kind"]],
        event_date=day,
        summary=line["summary"],
        source=school.title,
        author=line["author"],
        photographer=line["photographer"] or "",
        proofreader=line["proofreader"] or "",
        category=Category.objects.filter(slug=line["category"]).first(),
        live=False,
    )
    html = "".join(f"<p>{paragraph}</p>" for paragraph in line["body"])
    item.body = item._meta.get_field("body").to_python(
        [{"type": "text", "id": block_id(line["id"], "body"), "value": html}]
    )
    section.add_child(instance=item)
    revision = item.save_revision(log_action=False)
    if line["status"] == "published":
        revision.publish(log_action=False)
        at = datetime.combine(day, time(17, 0), tzinfo=SHANGHAI)
        NewsPage.objects.filter(pk=item.pk).update(
            first_published_at=at, last_published_at=at
        )
    return item
