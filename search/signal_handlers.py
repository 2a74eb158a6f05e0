"""What a course is found by stands elsewhere too: the names of its teachers and school.

Wagtail brings a page into the index when the page is saved; here a name that changes
brings the pages that bear it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save, pre_save
from wagtail.models import Page
from wagtail.search import index

from courses.models import Category, CoursePage
from schools.models import SchoolPage, StaffProfile

NAMES: dict[type[Any], str] = {
    SchoolPage: "title",
    StaffProfile: "name",
    Category: "name",
}


def connect() -> None:
    """Listen to the three models whose names courses are found by."""
    for model in NAMES:
        pre_save.connect(_remember, sender=model, dispatch_uid=f"search-{model}")
        post_save.connect(_bring, sender=model, dispatch_uid=f"search-{model}")


def _remember(sender: type[Any], instance: Any, raw: bool, **_kwargs: Any) -> None:
    name = NAMES[sender]
    instance._name_in_index = None
    if instance.pk and not raw:
        saved = sender._default_manager.filter(pk=instance.pk)
        instance._name_in_index = saved.values_list(name, flat=True).first()


def _bring(sender: type[Any], instance: Any, created: bool, **_kwargs: Any) -> None:
    before = instance.__dict__.pop("_name_in_index", None)
    if before is None or before == getattr(instance, NAMES[sender]):
        return
    transaction.on_commit(lambda: _index(_bearing(instance)))


def _bearing(instance: Any) -> Iterable[Page]:
    """The courses that bear the name."""
    if isinstance(instance, SchoolPage):
        return CoursePage.objects.descendant_of(instance)
    if isinstance(instance, StaffProfile):
        return CoursePage.objects.filter(teachers=instance)
    return CoursePage.objects.filter(category=instance)


def _index(pages: Iterable[Page]) -> None:
    for page in pages:
        index.insert_or_update_object(page)
