"""English that Wagtail and its media library do not look up in a catalogue.

What they ask the catalogues for is translated in `locale/zh_Hans`. What stands here is
the rest: labels that are made of a field's name, words in templates, sentences of a
view, and labels that keep the language of the first request because they are looked up
while their module is loaded. `tests/site/test_admin_chinese.py` walks the admin and
says where a new version of the libraries brings more.
"""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.template.base import Origin
from django.template.defaultfilters import yesno
from django.template.loaders import app_directories
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

# Modules that look words up while they are loaded. Loaded when Django starts, they do
# so in the site's own language, whatever the first visitor speaks.
LOADED_EARLY = (
    "wagtail.admin.forms.search",
    "wagtail.admin.forms.workflows",
    "wagtail.admin.viewsets.chooser",
    "wagtail.forms",
    "wagtail.images.forms",
)

# Template → what stands in it, and what is put in its place.
_SEARCH = ('value="Search"', "value=\"{% load i18n %}{% translate 'Search' %}\"")
_ACTIONS = ('"Actions"', "\"{% load i18n %}{% translate 'Actions' %}\"")
_SELECT = ('title="Select {%', "title=\"{% load i18n %}{% translate 'Select' %} {%")
TEMPLATE_WORDS: dict[str, tuple[str, str]] = {
    "wagtailadmin/home.html": _SEARCH,
    "wagtailadmin/shared/header.html": _SEARCH,
    "wagtailadmin/shared/headers/_actions.html": _ACTIONS,
    # Nobody: what a command published.
    "wagtailadmin/shared/user_avatar.html": ("{{ user }}", "{{ user|default:'' }}"),
    # «True», «False» for those who do not see the icon.
    "wagtailadmin/tables/boolean_cell.html": ("value|stringformat:'s'", "value|yesno"),
    "wagtailimages/chooser/results.html": _SELECT,
}


class Loader(app_directories.Loader):
    """Templates of the apps, with the words of `TEMPLATE_WORDS` replaced."""

    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        words = TEMPLATE_WORDS.get(str(origin.template_name))
        return contents.replace(*words) if words else contents


def name_library_fields() -> None:
    """Give the library's forms and lists the labels that they lack."""
    for module in LOADED_EARLY:
        import_module(module)
    _name_link_forms()
    _name_task_kinds()
    _name_lists()
    _name_redirect_filters()
    _say_upload_errors()
    _show_values()


def _name_task_kinds() -> None:
    """The field that chooses a kind of task is made anew in each form."""
    from wagtail.admin.forms.workflows import TaskChooserSearchForm

    made = TaskChooserSearchForm.__init__
    if getattr(made, "is_named", False):
        return

    def named(form: Any, *args: Any, **kwargs: Any) -> None:
        made(form, *args, **kwargs)
        if "task_type" in form.fields:
            form.fields["task_type"].label = gettext("Task type")

    named.is_named = True  # type: ignore[attr-defined]
    TaskChooserSearchForm.__init__ = named


def _name_link_forms() -> None:
    from wagtail.admin.forms import choosers
    from wagtail.admin.forms.workflows import WorkflowPageForm
    from wagtail.models import Page

    labels = {
        "link_text": _("链接文字"),
        "email_address": _("邮箱地址"),
        "subject": _("邮件标题"),
        "body": _("邮件正文"),
        "phone_number": _("电话号码"),
    }
    for form in (
        choosers.ExternalLinkChooserForm,
        choosers.AnchorLinkChooserForm,
        choosers.EmailLinkChooserForm,
        choosers.PhoneLinkChooserForm,
    ):
        for name, field in form.base_fields.items():
            field.label = labels.get(name, field.label)
    WorkflowPageForm.base_fields["page"].label = Page._meta.verbose_name


def _name_lists() -> None:
    from wagtail.admin.views.pages.search import SearchView
    from wagtail.models import Page, Site
    from wagtail.sites.views import IndexView

    # «第 1–20 个，共 21 个…»: the list has no model of its own.
    SearchView.verbose_name_plural = Page._meta.verbose_name_plural
    for column in IndexView.columns:
        if column.name in {"port", "site_name", "root_page"}:
            column.label = Site._meta.get_field(column.name).verbose_name


def _name_redirect_filters() -> None:
    from wagtail.contrib.redirects.filters import RedirectsReportFilterSet

    kind = RedirectsReportFilterSet.base_filters["is_permanent"]
    kind.label = gettext_lazy("Type")
    kind.extra["empty_label"] = gettext_lazy("All")
    kind.extra["choices"] = (
        (True, gettext_lazy("Permanent")),
        (False, gettext_lazy("Temporary")),
    )


def _say_upload_errors() -> None:
    from wagtailmedia.views import chooser

    answer = chooser.render_modal_workflow

    def in_our_words(*args: Any, **kwargs: Any) -> Any:
        told = kwargs.get("json_data") or {}
        if "error_message" in told:
            told["error_label"] = gettext("服务器出了问题")
            told["error_message"] = gettext("没有上传成功。请把下面这一行告诉管理员：")
        return answer(*args, **kwargs)

    chooser.render_modal_workflow = in_our_words


def _show_values() -> None:
    """A comparison of two versions shows values as Python writes them."""
    from django.utils.html import escape
    from wagtail.admin import compare

    compare.escape = lambda value: escape(in_words(value))


def in_words(value: Any) -> Any:
    """«None», «True» and the seconds of a moment, as a person says them."""
    if value is None:
        return gettext("None")
    if isinstance(value, bool):
        return yesno(value)
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(moment, "DATETIME_FORMAT")
    return value
