"""The centre's word lists in the Wagtail admin."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from courses.models import Audience, Category


class WordViewSet(ModelViewSet):
    """A list of words with an order; who may change it is a permission of the model."""

    list_display: ClassVar[list[str]] = ["name", "name_en", "order"]
    ordering: ClassVar[list[str]] = ["order", "pk"]
    copy_view_enabled = False
    inspect_view_enabled = False


class CategoryViewSet(WordViewSet):
    model = Category
    icon = "tag"
    form_fields: ClassVar[list[str]] = [
        "name",
        "name_en",
        "slug",
        "description",
        "order",
    ]


class AudienceViewSet(WordViewSet):
    model = Audience
    icon = "group"
    form_fields: ClassVar[list[str]] = ["name", "name_en", "slug", "order"]


class VocabularyGroup(ModelViewSetGroup):
    """One entry of the menu for both lists."""

    menu_label = _("课程词表")
    menu_icon = "list-ul"
    menu_order = 250
    items = (CategoryViewSet, AudienceViewSet)


@hooks.register("register_admin_viewset")
def register_vocabulary() -> Any:
    return VocabularyGroup()
