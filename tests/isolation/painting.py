"""Canaries in every text of a school's rows that the services did not put there."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import QuerySet
from wagtail.models import Page

from tests.isolation.rows import Rows
from tests.schools.foreign import CANARY

# Texts that are no words of anybody, each with the reason why it stays as it is.
MACHINE = {
    "a digest": {
        "news.Review": ["content_digest"],
        "news.NewsPage": ["live_digest"],
        "news.Withdrawal": ["content_digest"],
        "news.Adoption": ["sha256"],
        "learning.Certificate": ["token_hash", "snapshot_hash"],
        "learning.Draw": ["seed_hash", "list_hash"],
        "learning.WorkFile": ["sha256"],
        "courses.CourseRun": ["draw_list_hash"],
        "courses.ImportDraft": ["file_sha256"],
        "accounts.Consent": ["text_sha256"],
        "accounts.FamilyLink": ["text_sha256"],
        "accounts.ResidentCard": ["token_hash"],
        "accounts.SignInCode": ["digest"],
        "accounts.User": ["password"],
        "core.IdempotencyKey": ["body_sha256"],
        "core.SiteImage": ["file_hash"],
        "core.SiteDocument": ["file_hash"],
        "core.MediaFile": ["file_hash"],
        "schools.ReviewState": ["content_digest"],
    },
    "a key or an id": {
        "news.PointBonus": ["key"],
        "learning.Response": ["block_id"],
        "learning.LateAnswer": ["block_id"],
        "learning.Regrade": ["block_id"],
        "learning.CallTask": ["dedupe_key"],
        "learning.Certificate": ["serial"],
        "learning.GroupSitting": ["key"],
        "learning.Conversation": ["block_id"],
        "learning.Message": ["key"],
        "learning.WorkFile": ["block_id"],
        "attendance.WalkIn": ["key"],
        "core.IdempotencyKey": ["key"],
        "core.OutboxMessage": ["dedupe_key"],
        "core.Upload": ["key"],
        "usersessions.UserSession": ["session_key"],
        "wagtailcore.Revision": ["object_id"],
        "wagtailcore.WorkflowState": ["object_id"],
    },
    "a word of the program": {
        "learning.CallTask": ["template"],
        "learning.EnrolmentEvent": ["from_state"],
        "courses.ImportDraft": ["form", "result"],
        "attendance.Session": ["category"],
        "accounts.Consent": ["version", "channel"],
        "core.IdempotencyKey": ["action"],
        "core.OutboxMessage": ["template"],
        "core.Upload": ["kind"],
        "core.MediaFile": ["content_type"],
        "news.Review": ["checks"],
        "schools.ReviewState": ["checks"],
        "usersessions.UserSession": ["data"],
        "wagtailcore.Comment": ["contentpath", "position"],
        "wagtailcore.PageLogEntry": ["action", "data"],
    },
    "numbers and instants": {
        "learning.LessonProgress": ["watched", "positions", "transcripts", "rule"],
        "courses.CourseRun": ["draw_quotas"],
    },
    "the site's own names on disk": {
        "news.Review": ["scan"],
        "news.Adoption": ["clipping"],
        "learning.WorkFile": ["file"],
        "core.MediaFile": ["thumbnail"],
    },
    "public": {
        "schools.SchoolPage": [
            "community",
            "intro",
            "address",
            "transit",
            "phone",
            "opening_hours",
        ],
        "courses.CourseIndexPage": ["intro"],
        "news.Adoption": ["title"],
        # Who writes is ranked for the whole street (PUB-05).
        "news.Submission": ["author"],
        "news.PointBonus": ["author"],
        "learning.Enrolment": ["ticket"],
        "learning.Draw": ["entries", "result"],
        "courses.CourseOrigin": ["credits"],
    },
    "watched for by its own value: `School.secrets` and `School.numbers`": {
        "learning.Certificate": ["token"],
        "accounts.User": ["phone"],
        "attendance.WalkIn": ["phone"],
    },
    "asked for by the page itself, not shown": {
        "wagtailcore.PageViewRestriction": ["password"],
    },
}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)


def texts(model: Any) -> Iterator[models.Field[Any, Any]]:
    """The fields of a model that somebody can put words into."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, TEXTS) and not field.choices
        if is_text and field.model is model and not is_machine(model, field.name):
            yield field


def is_machine(model: Any, name: str) -> bool:
    label = model._meta.label
    return any(name in known.get(label, ()) for known in MACHINE.values())


def has_canary(rows: QuerySet[Any], name: str) -> bool:
    return any(
        CANARY.lower() in str(value).lower()
        for value in rows.values_list(name, flat=True)
    )


def paint(made: Any) -> None:
    """Put a canary into each text that has none; into a row that is private already."""
    for model, rows in Rows(made).by_model.items():
        for field in texts(model):
            if not has_canary(rows, field.name) and rows.exists():
                row = private_row(model, rows)
                QuerySet(model).filter(pk=row).update(**{field.name: words(field)})
                if issubclass(model, Page):
                    model.objects.get(pk=row).save_revision()


def private_row(model: Any, rows: QuerySet[Any]) -> Any:
    """A row with a canary in another field; the first one, where there is none."""
    names = [one.name for one in texts(model)]
    if issubclass(model, Page):
        names.append("title")
    for values in rows.order_by("pk").values("pk", *names):
        if CANARY.lower() in str(values).lower():
            return values["pk"]
    return rows.order_by("pk").values_list("pk", flat=True)[0]


def words(field: Any) -> Any:
    text = f"{CANARY}-{field.model.__name__}-{field.name}"
    if isinstance(field, models.URLField):
        return f"https://example.org/{text}"
    if isinstance(field, models.JSONField):
        return {"text": text} if field.default is dict else [text]
    return text[: field.max_length] if field.max_length else text
