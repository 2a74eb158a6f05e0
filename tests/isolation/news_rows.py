"""Stories of a school on their way to readers and outlets, and what is said of them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.utils import timezone

from news.choices import ReviewStage
from news.models import NewsPage, Outlet
from news.services.reviews import withdraw
from news.services.submissions import add_bonus, submit
from tests import factories
from tests.news.reviews import hand_in, on_paper
from tests.news.stories import make_adoption, make_outlet


def fill(made: Any, editor: Any) -> None:
    """A public story that was offered; one in review; one that was taken back."""
    school, name, clerk = made.school, made.name, made.people["clerk"]
    outlet = Outlet.objects.first() or make_outlet()
    public = factories.make_news(school, f"{school.title}开学了")
    adoption = make_adoption(
        school, clerk, editor, outlet,
        page=public, author=f"{school.title}作者",
        title=f"{school.title}见报了", slot=name("slot")[-40:],
        url=f"https://news.example.org/{quote(name('clip'))}",
        clipping=_picture(name("clipping")),
    )  # fmt: skip
    offered = submit(
        page=factories.make_news(school, f"{school.title}又一篇"),
        by=clerk,
        ended_at=timezone.now() - timedelta(hours=2),
        author=f"{school.title}作者",
        proofreader=name("proofreader")[-40:],
        photographer=name("photographer")[-40:],
    )
    delivery = adoption.delivery
    made.add("submission", delivery.submission, offered)
    made.add("delivery", delivery)
    made.add("outlet", outlet)
    made.add("news", public, offered.page)
    made.add("file", adoption.clipping.name)
    _in_review(made, editor)
    gone = factories.make_news(school, name("gone"), summary=name("gone-summary"))
    withdraw(page=gone, by=editor, reason=name("withdrawn"))
    made.add("news", gone)
    made.add("page", gone, public)
    add_bonus(
        school=school, points=Decimal(2), reason=name("bonus"),
        day=date(2026, 3, 1), by=editor, key=f"bonus-{made.slug}",
        author=f"{school.title}作者",
    )  # fmt: skip


def _picture(name: str) -> Any:
    from wagtail.images.tests.utils import get_test_image_file

    return get_test_image_file(f"{name}.png")


def _in_review(made: Any, editor: Any) -> None:
    body = [{"type": "text", "value": f"<p>{made.name('story')}</p>"}]
    story = factories.make_news(
        made.school,
        made.name("waiting"),
        live=False,
        summary=made.name("summary"),
        body=NewsPage._meta.get_field("body").to_python(body),
    )
    state = hand_in(story, made.people["clerk"])
    paper = on_paper(
        story,
        editor,
        stage=ReviewStage.EXTRA,
        name=made.name("reviewer")[-40:],
        post=made.name("post")[-40:],
        opinion=made.name("opinion"),
        scan=ContentFile(b"%PDF-1.4 " + made.name("scan").encode(), "scan.pdf"),
    )
    made.add("review", state, made.pages.task_state)
    made.add("paper", paper)
    made.add("file", paper.scan.name)
    made.add("news", story)
    made.add("page", story)
