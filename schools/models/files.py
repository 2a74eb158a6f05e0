"""Which collection holds the pictures, documents and media of a school."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.tenant import TenantModel, TenantQuerySet


class SchoolCollection(TenantModel):
    """A school's own collection.

    A row and no field of the page: a revision of the page would bring back an old value.
    The name of the collection is for people only and follows the school's title.
    """

    school = models.OneToOneField(
        "schools.SchoolPage", on_delete=models.CASCADE, related_name="school_collection"
    )
    collection = models.OneToOneField(
        "wagtailcore.Collection", on_delete=models.PROTECT, related_name="+"
    )

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("学校的资料集")
        verbose_name_plural = _("学校的资料集")

    def __str__(self) -> str:
        return str(self.collection)
