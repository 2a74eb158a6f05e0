"""What the fields of a page form point to, and whether they may.

Wagtail's choosers show a person what they may use, but a form takes any id that is
sent (wagtail issue 9714). So every reference of a sent form is looked at again: chosen
pictures, documents, media and pages, in fields, in blocks and in rich text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks.base import BlockField
from wagtail.models import Page
from wagtail.rich_text import extract_references_from_rich_text

from schools.admin.permission_testers import branch_of
from schools.admin.scope import file_models, scope_of
from schools.models import SchoolCollection, SchoolPage, TenantModel
from schools.tree import SCHOOL_DEPTH


@dataclass(frozen=True)
class Reference:
    """One object that a field points to; `key` is its primary key as text."""

    model: type[Model]
    key: str


def references_in(field: Any, value: Any) -> Iterator[Reference]:
    """Everything that the value of a form field points to, whether it exists or not."""
    if value in (None, ""):
        return
    if isinstance(field, BlockField):
        for model, key, _path, _content in field.block.extract_references(value):
            yield Reference(_base(model), str(key))
    elif isinstance(field.widget, DraftailRichTextArea):
        for model, key, *_paths in extract_references_from_rich_text(str(value)):
            yield Reference(_base(model), str(key))
    elif (queryset := getattr(field, "queryset", None)) is not None:
        values = value if isinstance(value, (list, tuple)) else [value]
        for one in values:
            key = getattr(one, "pk", one)
            yield Reference(_base(queryset.model), str(key))


def _base(model: type[Model]) -> type[Model]:
    return Page if issubclass(model, Page) else model


def refusal_of(reference: Reference, *, user: Any, school: Any) -> str:
    """Why the person may not use an object on a page of that school; empty if they may.

    `school` is None on pages of the site. An object that does not exist is refused in
    the same words as one of another school, so that nobody can try ids.
    """
    model = reference.model
    if model in file_models():
        return "" if _may_use_file(reference, user, school) else _sentence_for_file()
    if model is Page:
        if _may_link(reference, user, school):
            return ""
        return _(
            "这个链接指向的页面不在本校，也不是全站公开的页面。请换一个，或者去掉链接。"
        )
    if issubclass(model, TenantModel):
        found = model._default_manager.filter(pk=_number(reference.key))
        inside = found.filter(**{model.tenant_path: school}) if school else found
        return "" if inside.exists() else _("这里选的不是本校的。请从列表里选。")
    return ""


def _sentence_for_file() -> str:
    return _("这里用的图片、文件或视频不属于本校，也不在公共资料里。请换一个。")


def _may_use_file(reference: Reference, user: Any, school: Any) -> bool:
    """From a collection where the person may choose, and of no other school.

    The second rule is for people who work at two schools and for the centre: what they
    put on a page of one school must not come from the drawers of the other.
    """
    found: Any = reference.model._default_manager.filter(
        pk=_number(reference.key)
    ).first()
    policy = file_models()[reference.model]
    if found is None or not policy.user_has_any_permission_for_instance(
        user, ["choose", "change"], found
    ):
        return False
    if school is None:
        return True
    path = found.collection.path
    others = SchoolCollection.objects.exclude(school=school).values_list(
        "collection__path", flat=True
    )
    return not any(path.startswith(other) for other in others)


def _may_link(reference: Reference, user: Any, school: Any) -> bool:
    page = Page.objects.filter(pk=_number(reference.key)).first()
    if page is None:
        return False
    scope = scope_of(user)
    if not scope.is_fenced:
        return True
    return may_lead_to(page, school)


def may_lead_to(page: Any, school: Any) -> bool:
    """Whether a page of that school may link there: to itself or to what is everybody's.

    `school` is None on pages of the site.
    """
    if page.depth < SCHOOL_DEPTH:
        return bool(page.live)
    return school is not None and branch_of(page) == school.path


def _number(key: str) -> int | None:
    return int(key) if key.isascii() and key.isdigit() else None


def school_for(page: Any, parent: Any) -> Any:
    """The school of a page that exists, or that is being made under `parent`."""
    known = page if page.pk else parent
    branch = branch_of(known) if known is not None else ""
    return SchoolPage.objects.filter(path=branch).first() if branch else None
