"""The data map: what the site knows of a person, why, how long, and who sees it (P-1).

Each app declares its models in its `privacy.py`, called when the app is ready. Three
things are read from the declarations: the copy that a person takes home
(`accounts.services.data_copy`), the erasure (`accounts.services.erasure`) and the page
«我的资料». A test walks every model and fails where one with a way to a person, or a field
of one, is not declared: nobody can add a field about people and forget to say what for.

The words are shown to residents, so they are Chinese and plain.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """On what ground the site may keep something (PIPL art. 13)."""

    SERVICE = "service", _("您用网站时离不开它")
    CONSENT = "consent", _("您同意过")
    DUTY = "duty", _("学校办学要用")
    LAW = "law", _("法律要求留着")


class Erasure(Enum):
    """What becomes of the rows of a person whose account is erased."""

    DELETE = auto()  # they go
    BLANK = auto()  # they stay, so that statistics do not change; `blank` is emptied
    KEEP = auto()  # they stay as they are: nothing in them tells who it was


@dataclass(frozen=True)
class Why:
    """Purpose, ground, time kept and readers; shared by the fields of a model."""

    purpose: Any
    basis: Basis
    kept: Any
    seen_by: Any


@dataclass(frozen=True)
class Datum:
    """One field: its name in words, and how a copy shows its value.

    `words` makes readable text of (row, value). `is_secret` stands for what is kept in
    a form that nobody can read back, or that would open the account: a copy says that
    it is there and does not show it.
    """

    label: Any
    why: Why | None = None
    words: Callable[[Any, Any], Any] | None = None
    is_secret: bool = False


@dataclass(frozen=True)
class PersonalModel:
    """A model whose rows are about one person each.

    `person` is the lookup from a row to the account; `of` finds the rows where no single
    key leads there. `fields` names every field but the primary key and those of
    `technical`, which say nothing of anybody. `blank` says what Erasure.BLANK writes.
    `stays` is the sentence for the person where rows stay.
    """

    model: str
    title: Any
    person: str
    why: Why
    fields: Mapping[str, Any]
    technical: tuple[str, ...] = ()
    erasure: Erasure = Erasure.DELETE
    blank: Mapping[str, Any] = field(default_factory=dict)
    stays: Any = ""
    of: Callable[[Any], models.Q] | None = None

    @property
    def cls(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.model)

    @property
    def data(self) -> dict[str, Datum]:
        """The fields with their words."""
        return {
            name: found if isinstance(found, Datum) else Datum(found)
            for name, found in self.fields.items()
        }

    def rows(self, user: Any) -> models.QuerySet[Any]:
        """The person's rows. The base manager: no row is hidden from its person."""
        wanted = self.of(user) if self.of else models.Q(**{self.person: user.pk})
        return self.cls._base_manager.filter(wanted).order_by("pk")


@dataclass(frozen=True)
class Mention:
    """Fields that tell who *did* something: an author, an uploader, who enrolled whom.

    The row belongs to the work or to somebody else. A copy therefore counts such rows
    and shows none; after an erasure the field leads to an account without a name.
    `fields` are lookups to the account: `by`, `teachers__user`.
    """

    model: str
    title: Any
    fields: tuple[str, ...]

    @property
    def own_fields(self) -> set[str]:
        """The fields of the model itself."""
        return {name.partition("__")[0] for name in self.fields}

    @property
    def cls(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.model)

    def count(self, user: Any) -> int:
        """In how many rows the person is mentioned."""
        told = models.Q()
        for name in self.fields:
            told |= models.Q(**{name: user.pk})
        return self.cls._base_manager.filter(told).distinct().count()


@dataclass(frozen=True)
class Published:
    """Names of people in words that a school publishes: a by-line, a contact.

    They lead to no account. Whoever edits the page takes them away.
    """

    model: str
    fields: Mapping[str, Any]
    why: Why

    @property
    def cls(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.model)


Eraser = Callable[[Any, datetime], None]
Forgetter = Callable[[datetime], int]

PERSONAL: dict[str, PersonalModel] = {}
MENTIONS: dict[str, Mention] = {}
SHOWN: dict[str, int] = {}
PUBLISHED: dict[str, Published] = {}
# What must happen at an erasure beyond rows: seats given back, sessions ended, files.
ERASERS: dict[str, Eraser] = {}
# What time alone removes (P-7), by the name that `forget_old` prints.
FORGETTERS: dict[str, Forgetter] = {}


def declare(*declared: PersonalModel | Mention | Published, shown: int = 50) -> None:
    """Put models on the map; called by an app's `privacy.py`.

    `shown` says where they stand on the page and in a copy: small numbers first.
    """
    for one in declared:
        if isinstance(one, PersonalModel):
            PERSONAL[one.model] = one
            SHOWN[one.model] = shown
        elif isinstance(one, Mention):
            MENTIONS[one.model] = one
        else:
            PUBLISHED[one.model] = one


def on_erasure(name: str, eraser: Eraser) -> None:
    """Have `eraser(user, at)` run in the transaction of each erasure, before the rows."""
    ERASERS[name] = eraser


def on_forgetting(name: str, forgetter: Forgetter) -> None:
    """Have `forgetter(now)` run by `manage.py forget_old`; it returns how many went."""
    FORGETTERS[name] = forgetter


def personal_models() -> list[PersonalModel]:
    """Every declared model, in the order in which they are shown."""
    return sorted(PERSONAL.values(), key=lambda one: SHOWN[one.model])


def kinds_of(user: Any) -> list[PersonalModel]:
    """The models of which the person has rows, found in one query."""
    declared = personal_models()
    found = {
        f"kind_{place}": models.Exists(one.rows(user).order_by())
        for place, one in enumerate(declared)
    }
    row = get_user_model()._base_manager.annotate(**found).values(*found)
    has = row.get(pk=user.pk)
    return [one for place, one in enumerate(declared) if has[f"kind_{place}"]]


def links_to_people(model: type[models.Model]) -> Iterator[str]:
    """Names of the model's own fields that lead to an account or to a personal row."""
    about_people = {get_user_model(), *(found.cls for found in PERSONAL.values())}
    own = (*model._meta.local_fields, *model._meta.local_many_to_many)
    for one in own:
        target = one.remote_field.model if one.remote_field else None
        # A proxy or a parent of a personal model is that model.
        if target in about_people and not getattr(
            one.remote_field, "parent_link", False
        ):
            yield one.name


def gaps() -> list[str]:
    """What is missing on the map, a line for each; empty when it is complete."""
    missing = []
    for model in apps.get_models():
        label = model._meta.label
        if model._meta.proxy or not model._meta.managed:
            continue
        declared = PERSONAL.get(label)
        mentioned = MENTIONS.get(label)
        told = set(mentioned.own_fields) if mentioned else set()
        if declared:
            told |= {*declared.fields, *declared.technical}
            told.add(declared.person.partition("__")[0])
            missing += [f"{label}.{name}" for name in _undeclared(model, declared)]
        missing += [
            f"{label}.{name} leads to a person"
            for name in links_to_people(model)
            if name not in told
        ]
    return missing


def stale() -> list[str]:
    """Declarations of models or fields that are no more."""
    found = []
    for declared in PERSONAL.values():
        names = _own_names(declared.cls)
        told = {*declared.fields, *declared.technical, *declared.blank}
        found += [f"{declared.model}.{name}" for name in told - names]
    for mention in MENTIONS.values():
        names = _own_names(mention.cls)
        found += [f"{mention.model}.{name}" for name in mention.own_fields - names]
    for published in PUBLISHED.values():
        names = _own_names(published.cls)
        found += [f"{published.model}.{name}" for name in set(published.fields) - names]
    return found


def _own_names(model: type[models.Model]) -> set[str]:
    return {one.name for one in (*model._meta.fields, *model._meta.many_to_many)}


def _undeclared(model: type[models.Model], declared: PersonalModel) -> list[str]:
    known = {*declared.fields, *declared.technical, declared.person}
    own = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return [one.name for one in own if not one.primary_key and one.name not in known]
