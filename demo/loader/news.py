"""The news of the street; what has not passed its reviews stays a draft."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from wagtail.models import WorkflowState

from core.civil_time import SHANGHAI
from courses.models import Category
from demo.loader.data import block_id, street
from demo.loader.once import loaded_pk, once
from news.choices import NOTICE_KINDS
from news.models import NewsKind, NewsPage
from news.models.review_task import ROLE_OF_STAGE
from news.review_checks import STORY_CHECKS
from schools.choices import Role
from schools.models import Membership, SchoolPage
from schools.permissions import can_review_state
from schools.services.review import approve
from schools.tree import school_of

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
    kind = KINDS[line["kind"]]
    column = "notices" if kind in NOTICE_KINDS else "news"
    section = school.get_children().get(slug=column).specific
    day = anchor + timedelta(days=line["day"])
    days_open = line.get("days_open")
    item = NewsPage(
        title=line["title"],
        slug=line["id"],
        kind=kind,
        notice_until=day + timedelta(days=days_open) if days_open else None,
        contact=line.get("contact", ""),
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
    item.save_revision(log_action=False)
    return item


def review_news(anchor: date) -> None:
    """What is published has passed its reviews, the way it would on the site."""
    for line in street()["news"]:
        if line["status"] == "published":
            day = anchor + timedelta(days=line["day"])
            once(f"news:{line['id']}:reviewed", partial(_pass, line, day))


def _pass(line: dict[str, Any], day: date) -> None:
    item = NewsPage.objects.get(pk=loaded_pk(f"news:{line['id']}"))
    if not item.live:
        pass_reviews(item, datetime.combine(day, time(17), tzinfo=SHANGHAI))


def pass_reviews(item: NewsPage, at: datetime) -> None:
    """Hand the newest draft in and let those pass it whose turn it is."""
    school = school_of(item)
    staff = Membership.objects.active()
    clerk = staff.filter(school=school, role=Role.CLERK).first()
    workflow = item.get_workflow().start(item, clerk.user if clerk else None)
    while workflow.status == WorkflowState.STATUS_IN_PROGRESS:
        state = workflow.current_task_state.specific
        role = ROLE_OF_STAGE[state.task.specific.stage]
        looking = [one.user for one in staff.filter(role=role).select_related("user")]
        approve(
            state=state,
            by=next(one for one in looking if can_review_state(one, state, item)),
            seen=state.content_digest,
            checks=list(STORY_CHECKS),
            at=at,
        )
        workflow.refresh_from_db()
    NewsPage.objects.filter(pk=item.pk).update(
        first_published_at=at, last_published_at=at
    )
