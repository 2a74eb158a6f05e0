"""A copy of all that the site knows of a person, for that person (P-4).

A ZIP with a page that people read and a file that programs read. What stands in it is
the map of `core.privacy`, so that nothing is forgotten.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.files.storage import default_storage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import DataCopy, User
from core.civil_time import SHANGHAI
from core.privacy import MENTIONS, Datum, PersonalModel, personal_models
from core.services.audit import record_audit

LIVES = timedelta(hours=24)
# Who presses twice gets the copy of the first press.
SAME_COPY = timedelta(minutes=10)
FOLDER = "copies"
MEMORY = 2_000_000
STYLE = Path(settings.BASE_DIR) / "templates" / "accounts" / "copy" / "style.css"


@dataclass(frozen=True)
class Row:
    """One row: (label, words) for the page, and values for programs."""

    words: list[tuple[str, str]]
    values: dict[str, Any]


@dataclass(frozen=True)
class Section:
    """The rows of one model, and why the site has them."""

    declared: PersonalModel
    rows: list[Row]


def make_copy(*, user: User, at: datetime | None = None) -> DataCopy:
    """Begin a copy; it is ready within five minutes, here at once.

    Asking again within ten minutes returns the same copy.
    """
    moment = at or timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=user.pk)
        recent = user.data_copies.filter(
            created_at__gt=moment - SAME_COPY, expires_at__gt=moment
        ).first()
        if recent is not None:
            return recent
        copy = DataCopy.objects.create(
            user=user, created_at=moment, expires_at=moment + LIVES
        )
        record_audit(actor=user, action="data.copied", subject=user)
    # The seam to a queue: TASKS in the settings says where this runs.
    build_copy.enqueue(copy.pk)
    copy.refresh_from_db()
    return copy


@task()
def build_copy(copy_id: int) -> None:
    """Write the file of a copy."""
    copy = DataCopy.objects.select_related("user").filter(pk=copy_id).first()
    if copy is None or copy.ready_at is not None:
        return
    with SpooledTemporaryFile(max_size=MEMORY) as held:
        write_zip(held, copy.user, copy.created_at)
        held.seek(0)
        kept: Any = storages["default"]
        kept.keep(copy.file_name, File(held))
    DataCopy.objects.filter(pk=copy_id).update(ready_at=timezone.now())


def write_zip(target: Any, user: User, at: datetime) -> None:
    """The page, the data, and files that are the person's own."""
    sections = [gather(declared, user) for declared in personal_models()]
    mentions = [
        (mention.title, count)
        for mention in MENTIONS.values()
        if (count := mention.count(user))
    ]
    page = render_to_string(
        "accounts/copy/page.html",
        {
            "person": user,
            "at": at,
            "sections": sections,
            "empty": [section for section in sections if not section.rows],
            "mentions": mentions,
        },
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{_('我的资料')}.html", page)
        archive.writestr("style.css", STYLE.read_bytes())
        archive.writestr("data.json", as_json(user, at, sections, mentions))
        for name, stored in _own_files(user):
            with stored.open("rb") as source:
                archive.writestr(f"files/{name}", source.read())


def as_json(
    user: User, at: datetime, sections: list[Section], mentions: list[tuple[Any, int]]
) -> str:
    """The same for programs: one entry a model, also where there are no rows."""
    data = {
        "made_at": at,
        "account": user.pk,
        "data": [
            {
                "model": section.declared.model,
                "title": str(section.declared.title),
                "purpose": str(section.declared.why.purpose),
                "basis": section.declared.why.basis.value,
                "kept": str(section.declared.why.kept),
                "seen_by": str(section.declared.why.seen_by),
                "rows": [row.values for row in section.rows],
            }
            for section in sections
        ],
        "mentioned": [
            {"title": str(title), "count": count} for title, count in mentions
        ],
    }
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def gather(declared: PersonalModel, user: User) -> Section:
    """The person's rows of one model."""
    rows = [
        _read(declared, row, user)
        for row in declared.rows(user).iterator(chunk_size=500)
    ]
    return Section(declared, rows)


def delete_copies_of(user: Any, at: datetime) -> None:
    """Remove the files of a person's copies; the rows go with the person's other rows."""
    for copy in DataCopy.objects.filter(user=user):
        default_storage.delete(copy.file_name)


def forget_copies(now: datetime) -> int:
    """Remove copies that are over, and files that no row knows; how many files."""
    over = DataCopy.objects.filter(expires_at__lte=now)
    for copy in over:
        default_storage.delete(copy.file_name)
    over.filter(expires_at__lte=now - LIVES).delete()
    if not default_storage.exists(FOLDER):
        return 0
    _folders, names = default_storage.listdir(FOLDER)
    if not names:
        return 0
    known = {Path(copy.file_name).name for copy in DataCopy.objects.all()}
    strays = [name for name in names if name not in known]
    for name in strays:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(strays)


def _read(declared: PersonalModel, row: models.Model, user: User) -> Row:
    words, values = [], {}
    for name, datum in declared.data.items():
        value = getattr(row, name)
        values[name] = _machine(row, name, value, datum, user)
        if said := _said(row, name, value, datum, user):
            words.append((str(datum.label), said))
    return Row(words, values)


def _machine(row: models.Model, name: str, value: Any, datum: Datum, user: User) -> Any:
    if datum.is_secret:
        return {"kept": bool(value), "shown": False}
    if datum.words:
        return datum.words(row, value)
    if isinstance(value, get_user_model()):
        return {"you": value.pk == user.pk}
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, FieldFile):
        return value.name or ""
    return value


def _said(row: models.Model, name: str, value: Any, datum: Datum, user: User) -> str:
    """The value in words; empty where there is nothing to say."""
    if datum.is_secret:
        return _("存着，为了安全不写出来") if value else ""
    if datum.words:
        value = datum.words(row, value)
    elif callable(display := getattr(row, f"get_{name}_display", None)):
        value = display()
    return _plain(value, user)


def _plain(value: Any, user: User) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("不是")
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, get_user_model()):
        return _("您本人") if value.pk == user.pk else _("学校的工作人员")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _("、").join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return str(value)


def _own_files(user: User) -> Iterator[tuple[str, FieldFile]]:
    for declared in personal_models():
        fields = [
            one.name
            for one in declared.cls._meta.local_fields
            if isinstance(one, models.FileField) and one.name in declared.fields
        ]
        for row in declared.rows(user) if fields else ():
            for name in fields:
                stored: FieldFile = getattr(row, name)
                if stored.name and stored.storage.exists(stored.name):
                    yield f"{row.pk}-{Path(stored.name).name}", stored
