"""Start-up checks: a page type or a section that forgets the rules of the tree."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from schools.choices import SCHOOL_STAFF_ROLES

PERMISSIONS = {"add", "change", "publish", "bulk_delete", "lock", "unlock"}


@register("schools")
def check_page_types(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every page type of ours has the form and the tester that keep schools apart."""
    from wagtail.models import Page, get_page_models

    from schools.admin.page_form import TenantPageForm

    errors: list[CheckMessage] = []
    for model in get_page_models():
        if model is Page:
            continue
        if not issubclass(model.base_form_class, TenantPageForm):
            errors.append(
                Error(
                    f"{model.__name__} takes files and links of every school.",
                    hint="Set base_form_class to TenantPageForm or a subclass.",
                    obj=model,
                    id="schools.E001",
                )
            )
        if model.permissions_for_user is Page.permissions_for_user:
            errors.append(
                Error(
                    f"{model.__name__} can be moved out of its school.",
                    hint="Return a TreePermissionTester from permissions_for_user.",
                    obj=model,
                    id="schools.E002",
                )
            )
    return errors


@register("schools")
def check_sections(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The lines of SCHOOL_SECTIONS name page types, roles and reviews that exist."""
    from schools.services.provisioning import sections

    errors: list[CheckMessage] = [
        Error(f"SCHOOL_SECTIONS, «{line.slug}»: {what}", id="schools.E003")
        for line in sections()
        for what in _faults_of(line)
    ]
    slugs = [line["slug"] for line in settings.SCHOOL_SECTIONS]
    if len(slugs) != len(set(slugs)):
        errors.append(Error("SCHOOL_SECTIONS: a slug stands twice.", id="schools.E003"))
    return errors


def _faults_of(line: Any) -> Iterator[str]:

    try:
        apps.get_model(line.page_type)
    except (LookupError, ValueError):
        yield f"no page type {line.page_type}"
    for role, wanted in line.roles.items():
        if role not in SCHOOL_STAFF_ROLES:
            yield f"no role {role} at a school"
        if unknown := set(wanted) - PERMISSIONS:
            yield f"no permission {', '.join(sorted(unknown))}"
    if line.workflow and line.workflow not in settings.REVIEW_WORKFLOWS:
        yield f"no review {line.workflow}"
