"""The centre's word lists in the Wagtail admin, and what the editor of pages offers."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from core.help_texts import known_keys
from core.models import HelpText
from core.previews import LearnerPreviewMixin
from courses.admin_panels import HowToWritePanel, RemarksPanel, WriteOnPanel
from courses.models import Audience, Category, LessonPage
from courses.services.preview_links import may_preview
from courses.services.publishing import short_draws
from schools.admin.scope import scope_of


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
        "needs_health_check",
        "order",
    ]


class AudienceViewSet(WordViewSet):
    model = Audience
    icon = "group"
    form_fields: ClassVar[list[str]] = ["name", "name_en", "slug", "order"]


class HelpTextForm(WagtailAdminModelForm):
    """Which field, chosen from a list, and what stands beside it."""

    key = forms.ChoiceField(label=_("哪一栏"), choices=known_keys)

    class Meta:
        model = HelpText
        fields = ("key", "text")


class HelpTextViewSet(ModelViewSet):
    """The centre's own words beside the fields of the editor."""

    model = HelpText
    icon = "help"
    list_display: ClassVar[list[str]] = ["__str__", "text"]
    form_fields: ClassVar[list[str]] = ["key", "text"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return HelpTextForm


class VocabularyGroup(ModelViewSetGroup):
    """One entry of the menu for both lists."""

    menu_label = _("课程词表")
    menu_icon = "list-ul"
    menu_order = 250
    items = (CategoryViewSet, AudienceViewSet, HelpTextViewSet)


@hooks.register("register_admin_viewset")
def register_vocabulary() -> Any:
    return VocabularyGroup()


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_short_draws(request: Any, page: Any) -> None:
    """A bank with fewer questions than are drawn is no mistake, but worth knowing."""
    if isinstance(page, LessonPage):
        for sentence in short_draws(page.get_latest_revision_as_object()):
            messages.warning(request, sentence)


@hooks.register("register_page_header_buttons")
def offer_looks(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """«发到我手机» and «检查一下», in the menu beside the page's title."""
    is_looked_at = isinstance(page, LearnerPreviewMixin)
    if not is_looked_at or not may_preview(user, page):
        return
    yield Button(
        _("发到我手机"),
        reverse("desk:phone", args=[page.pk]),
        icon_name="mobile-alt",
        priority=5,
    )
    yield Button(
        _("检查一下"),
        reverse("desk:checks", args=[page.pk]),
        icon_name="glasses",
        priority=6,
    )


@hooks.register("insert_editor_js")
def editor_script() -> str:
    """What says when the last saving was."""
    return format_html(
        '<script type="module" src="{}"></script>', static("js/editor.js")
    )


class WriterMenuItem(MenuItem):
    """An entry for those who write at a school."""

    def is_shown(self, request: HttpRequest) -> bool:
        scope = scope_of(request.user)
        return scope.is_fenced and bool(scope.branches)


@hooks.register("register_admin_menu_item")
def register_my_courses() -> MenuItem:
    return WriterMenuItem(
        _("我的课"),
        reverse_lazy("desk:my_courses"),
        name="my-courses",
        icon_name="edit",
        order=50,
    )


@hooks.register("register_admin_menu_item")
def register_own_help() -> MenuItem:
    """Our own page; Wagtail's «help» leads to another host, in English."""
    return WriterMenuItem(
        _("帮助"),
        reverse_lazy("desk:how_to_write"),
        name="own-help",
        icon_name="help",
        order=9000,
    )


# After `schools` has put its own panels there.
@hooks.register("construct_homepage_panels", order=10)
def show_what_is_to_be_written(request: HttpRequest, panels: list[Any]) -> None:
    scope = scope_of(request.user)
    if scope.is_fenced and scope.branches:
        panels[:0] = [WriteOnPanel(), RemarksPanel(), HowToWritePanel()]


@hooks.register("insert_global_admin_js")
def count_characters() -> str:
    """Counters beside the fields that say how much fits: `core.counter`."""
    return format_html(
        '<script type="module" src="{}"></script>', static("js/counter.js")
    )
