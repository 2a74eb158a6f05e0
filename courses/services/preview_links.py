"""Making, reading and taking back the links by which a draft is looked at."""

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from core.services.audit import record_audit
from courses.models.preview import PreviewLink
from schools.models import SchoolPage
from schools.tree import school_of

GOOD_FOR = timedelta(hours=24)
_signer = Signer(sep=".", salt="courses.preview_link")


@transaction.atomic
def make_link(*, page: Any, by: Any) -> PreviewLink:
    """A link to the page for the next 24 hours; the open one, where there is one."""
    school = school_of(page)
    # One after the other, so that the form that is sent twice makes one link.
    SchoolPage.objects.select_for_update().get(pk=school.pk)
    now = timezone.now()
    known = PreviewLink.objects.open_at(now).filter(page_id=page.pk, made_by=by).first()
    if known is not None:
        return known
    link = PreviewLink.objects.create(
        school=school, page_id=page.pk, made_by=by, until=now + GOOD_FOR
    )
    record_audit(
        actor=by,
        action="preview_link.made",
        subject=link,
        school_id=school.pk,
        page=page.pk,
    )
    return link


@transaction.atomic
def revoke_link(*, link: PreviewLink, by: Any) -> None:
    """From now on it shows nothing; done twice it stays done once."""
    known = PreviewLink.objects.select_for_update().get(pk=link.pk)
    if known.revoked_at is not None:
        return
    known.revoked_at = timezone.now()
    known.save(update_fields=["revoked_at"])
    record_audit(
        actor=by,
        action="preview_link.revoked",
        subject=known,
        school_id=known.school_id,
        page=known.page_id,
    )


def token_of(link: PreviewLink) -> str:
    """What stands in the address."""
    return _signer.sign(str(link.pk))


def read_draft(token: str) -> Any:
    """The draft that the token opens, or None.

    It opens nothing once whoever made it may no longer change the page.
    """
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    rows = PreviewLink.objects.open_at(timezone.now()).select_related("made_by", "page")
    link = rows.filter(pk=key).first()
    if link is None or not may_preview(link.made_by, link.page.specific):
        return None
    return link.page.specific.get_latest_revision_as_object()


def may_preview(user: Any, page: Any) -> bool:
    """Whether the person works on the page, which stands in a school."""
    return bool(
        user.is_active
        and user.has_staff_role()
        and school_of(page) is not None
        and page.permissions_for_user(user).can_edit()
    )
