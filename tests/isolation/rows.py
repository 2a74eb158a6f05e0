"""Every row of a school that a request could change, by model; and what has changed.

The rows of the tenant models are found by their `tenant_path`, so that a new one is here
without a word; the others are named below with the way to the school.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from wagtail.models import Page

from schools.models import TenantModel
from schools.services.provisioning import collection_of
from tests.schools.test_tenant_models import own_models

# The person of a row, where no school stands on it.
PEOPLE = {
    "accounts.User": "pk",
    "accounts.Consent": "user",
    "accounts.DataCopy": "user",
    "accounts.ErasureRequest": "user",
    "accounts.FamilyLink": "elder",
    "accounts.ResidentCard": "user",
    "accounts.SignInCode": "user",
    "core.IdempotencyKey": "user",
    "core.OutboxMessage": "recipient",
    "core.Upload": "user",
    "accounts.WebSession": "user",
    "usersessions.UserSession": "user",
}
FILES = ("core.SiteImage", "core.SiteDocument", "core.MediaFile")
# The page of a row of Wagtail's; «object» is its number as text.
OF_PAGES = {
    "wagtailcore.Revision": "object",
    "wagtailcore.WorkflowState": "object",
    "wagtailcore.Comment": "page",
    "wagtailcore.PageLogEntry": "page",
    "wagtailcore.PageViewRestriction": "page",
    "wagtailcore.GroupPagePermission": "page",
}
# Our own models that no school has rows of, each with its reason.
NOT_OF_A_SCHOOL = {
    "home.HomePage": "the site's",
    "home.StandardPage": "the site's",
    "schools.SchoolIndexPage": "the list of all schools",
    "news.Outlet": "the centre's list",
    "news.PointRule": "the centre's rule",
    "news.PointSettings": "the centre's rule",
    "news.NewsReviewTask": "a step of the reviews of the whole site",
    "schools.CentreReviewTask": "a step of the reviews of the whole site",
    "courses.Category": "the centre's list",
    "courses.Audience": "the centre's list",
    "attendance.Holiday": "the operator's list",
    "learning.CertificateYear": "one counter for the whole street",
    "core.HelpText": "the centre's words",
    "health.LinkCheck": "a run over the whole site",
    "health.OutsideAddress": "addresses of others, whoever links to them",
    "health.LinkFinding": "found in what everybody may read, and made anew each night",
    "core.SiteSettings": "the site's",
    "core.SiteRendition": "made when a picture is shown; public by their storage",
    "core.AuditEntry": "append-only; that somebody was refused is written down there",
}

Row = tuple[Any, ...]


def is_of_a_school(model: Any) -> bool:
    """Whether the rows are found without a word: by their path, or in the tree."""
    is_listed = model._meta.label in NOT_OF_A_SCHOOL
    return issubclass(model, TenantModel | Page) and not is_listed


class Rows:
    """The rows of one school, and what they were when the watch began."""

    def __init__(self, made: Any) -> None:
        self._people = [one.pk for one in made.people.values()]
        self._school = made.school
        branch = Page.objects.filter(path__startswith=made.school.path)
        self._pages = list(branch.values_list("pk", flat=True))
        self.by_model = {model: self._of(model) for model in self._models()}
        self._tables: dict[str, set[type[Model]]] = {}
        for model in self.by_model:
            for one in (model, *model._meta.parents):
                self._tables.setdefault(one._meta.db_table, set()).add(model)
        teachers = apps.get_model("courses.CoursePage").teachers.through
        self.by_model[teachers] = QuerySet(teachers).filter(
            coursepage_id__in=self._pages
        )
        groups = get_user_model().groups.through
        self.by_model[groups] = QuerySet(groups).filter(user_id__in=self._people)
        for model in (teachers, groups):
            self._tables[model._meta.db_table] = {model}
        self.before = self.read(self.by_model)

    def _models(self) -> list[type[Model]]:
        named = [*PEOPLE, *FILES, *OF_PAGES, "schools.ReviewState"]
        return [
            *(m for m in own_models() if is_of_a_school(m)),
            *map(apps.get_model, named),
        ]

    def _of(self, model: Any) -> QuerySet[Any]:
        label = model._meta.label
        if issubclass(model, TenantModel):
            found = Q(**{model.tenant_path: self._school})
        elif issubclass(model, Page):
            found = Q(path__startswith=self._school.path)
        elif label in PEOPLE:
            found = Q(**{f"{PEOPLE[label]}__in": self._people})
        elif label in FILES:
            found = Q(collection=collection_of(self._school))
        elif label == "schools.ReviewState":
            found = Q(workflow_state__object_id__in=map(str, self._pages))
        elif OF_PAGES[label] == "object":
            found = Q(object_id__in=map(str, self._pages))
        else:
            found = Q(page__in=self._pages)
        return QuerySet(model).filter(found)

    def read(self, models: Iterable[Any]) -> dict[Any, dict[Any, Row]]:
        return {model: _read(self.by_model[model]) for model in models}

    def touched(self, tables: Iterable[str]) -> set[Any]:
        """The models that a statement on these tables may have changed."""
        return {model for name in tables for model in self._tables.get(name, ())}

    def changes(self, models: Iterable[Any]) -> list[str]:
        """What is not as it was: «learning.Enrolment changed», «… new», «… gone»."""
        found = []
        for model, rows in self.read(models).items():
            was = self.before[model]
            label = model._meta.label
            if any(rows[key] != was[key] for key in rows.keys() & was.keys()):
                found.append(f"{label} changed")
            if rows.keys() - was.keys():
                found.append(f"{label} new")
            if was.keys() - rows.keys():
                found.append(f"{label} gone")
        return sorted(found)


def _read(rows: QuerySet[Any]) -> dict[Any, Row]:
    return {
        row["pk"]: tuple(row.values()) for row in rows.values("pk", *_columns(rows))
    }


def _columns(rows: QuerySet[Any]) -> list[str]:
    return [one.attname for one in rows.model._meta.concrete_fields]
