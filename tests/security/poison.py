"""Writes an attack into every text that the database keeps, past every form and service.

New models and fields are written to without being named here. What is left alone is what
only a machine reads: keys, hashes, states. Of JSON (blocks, papers, snapshots) those words
are replaced that are Chinese, as all words of people in the tests are.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from wagtail.fields import StreamField

MARK = "__pwned"
# Breaks out of text, of both kinds of attribute, and of the elements that hold text.
LONG = f"'\"></script></title></textarea><img src=x onerror={MARK}=1>"
MIDDLE = f"'\"><img src=x onerror={MARK}=1>"
SHORT = f"'\"><b {MARK}>"
# Quoted, such an address is allowed.
EMAIL = f'"<img/src=x/onerror={MARK}=1>"@example.org'
LINK = f"javascript:{MARK}=1"
RICH = (
    f'<p>面<a href="{LINK}">这里</a><a linktype="x" href="java\tscript:{MARK}=1">那里</a>'
    f'<img src=x onerror={MARK}=1 /><svg onload={MARK}=1></svg><script>{MARK}=1</script>'
    f'<iframe srcdoc="<script>parent.{MARK}=1</script>"></iframe></p>'
)  # fmt: skip

APPS = (
    "accounts", "activities", "attendance", "core", "courses", "home", "learning",
    "news", "schools", "wagtailcore",
)  # fmt: skip
# Parts of names of fields that a machine wrote and reads, and whole names of such.
FOR_MACHINES = re.compile(
    r"hash|digest|sha256|token|slug|path|seed|template|password|codename|^key$|_key$|^key_"
    r"|^(form|kind|icon|colour|cover_pattern|action|name_en|module|channel|version|label"
    r"|content_type|language_code|hostname|subject_type|subject_id|object_id|block_id"
    r"|object_str|level|phone|ticket|category|base_content_type|uuid|event|serial)$"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def fitting(field: Any, pk: Any) -> str:
    """The longest attack that this column takes."""
    if isinstance(field, models.EmailField):
        return EMAIL.replace("@", f"@a{pk}.") if field.unique else EMAIL
    if isinstance(field, models.URLField):
        return LINK
    most = field.max_length or 1000
    # The name makes no two columns of a row say the same: some may not.
    end = f"{field.name}{pk}" if field.unique else field.name
    for attack in (LONG, MIDDLE, SHORT):
        if len(attack) + len(end) <= most:
            return attack + end
    return "'\"<"[:most]


def text_fields(model: Any) -> list[Any]:
    """The columns of this model that a person's words may stand in."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.SlugField | StreamField)
        and not field.primary_key
        and not field.choices
        and not FOR_MACHINES.search(field.name)
    ]


def json_fields(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.JSONField | StreamField)
    ]


def attacked(value: Any, words: str, rich: str) -> Any:
    """The same JSON with an attack in place of every word of a person."""
    if isinstance(value, dict):
        return {key: attacked(one, words, rich) for key, one in value.items()}
    if isinstance(value, list):
        return [attacked(one, words, rich) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith(("[{", '{"')):
        # A revision keeps blocks as text.
        return json.dumps(attacked(json.loads(value), words, rich))
    if not CHINESE.search(value):
        return value
    return rich if value.startswith("<p") else words


def poison(
    fit: Callable[[Any, Any], str] = fitting, words: str = LONG, rich: str = RICH
) -> set[str]:
    """Write to every row; the names of the columns that were written to.

    Args:
        fit: what a column gets, by the field and the key of the row.
        words: what stands in place of words within JSON.
        rich: what stands in place of rich text.
    """
    written = set()
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.proxy:
            continue
        for row in models.QuerySet(model).values_list("pk", flat=True):
            if texts := {one.name: fit(one, row) for one in text_fields(model)}:
                # What the database itself refuses is not there to be shown. And not the
                # manager's queryset: some refuse to change what was written.
                with suppress(IntegrityError), transaction.atomic():
                    models.QuerySet(model).filter(pk=row).update(**texts)
                    written |= {f"{model._meta.label}.{name}" for name in texts}
        for field in json_fields(model):
            written |= _poison_json(model, field, words, rich)
    _keep_reviewed()
    _keep_issued()
    return written


def _poison_json(model: Any, field: Any, words: str, rich: str) -> set[str]:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(field.column)
    pk = quote(model._meta.pk.column)
    written = set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pk}, {column} FROM {table}")  # noqa: S608 - no words
        for key, held in cursor.fetchall():
            before = json.loads(held) if isinstance(held, str) else held
            after = attacked(before, words, rich)
            if after != before:
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {pk} = %s",  # noqa: S608
                    [json.dumps(after), key],
                )
                written.add(f"{model._meta.label}.{field.name}")
    return written


def _keep_reviewed() -> None:
    """A story is shown only as it was reviewed: it was reviewed like this."""
    from news.digest import story_digest
    from news.models import NewsPage, Review

    for page in NewsPage.objects.filter(live=True):
        digest = story_digest(page.serializable_data())
        models.QuerySet(Review).filter(page=page).update(content_digest=digest)
        NewsPage.objects.filter(pk=page.pk).update(live_digest=digest)


def _keep_issued() -> None:
    """A certificate is shown only with the hash of what it says."""
    from learning.certificate_words import hash_of
    from learning.models import Certificate

    for row in models.QuerySet(Certificate).exclude(snapshot={}):
        models.QuerySet(Certificate).filter(pk=row.pk).update(
            snapshot_hash=hash_of(row.snapshot)
        )
