"""Stories on their way, for the tests of publicity."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from news.choices import OutletKind, OutletLevel
from news.models import Outlet, Submission
from news.services.submissions import accept, deliver, note_adoption, submit
from tests.factories import make_news

HOUR = timedelta(hours=1)


def make_outlet(name: str = "区电视台", **facts: Any) -> Outlet:
    defaults = {"level": OutletLevel.DISTRICT, "kind": OutletKind.TV}
    return Outlet.objects.create(name=name, **(defaults | facts))


def make_submission(
    school: Any, by: Any, *, hours: float = 2, page: Any = None, **facts: Any
) -> Submission:
    """A story submitted so many hours after the thing was over."""
    names = {"author": "陈文", "proofreader": "宋校", "photographer": "尤青"}
    story = page or make_news(school, "一只柳篮")
    return submit(
        page=story,
        by=by,
        ended_at=timezone.now() - hours * HOUR,
        **(names | facts),
    )


def make_adoption(
    school: Any, clerk: Any, editor: Any, outlet: Outlet, **facts: Any
) -> Any:
    """A story that an outlet brought."""
    page = facts.pop("page", None)
    author = facts.pop("author", "陈文")
    story = make_submission(school, clerk, page=page, author=author)
    accept(submission=story, by=editor)
    (delivery,) = deliver(submission=story, outlets=[outlet], method="mail", by=editor)
    defaults = {"published_on": date(2026, 11, 20), "title": "登出来了"}
    return note_adoption(delivery=delivery, by=editor, **(defaults | facts))
