"""Family members who help: asked for, agreed to by the elder, ended by either."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.choices import FamilyState
from accounts.exceptions import FamilyRefusedError
from accounts.models import FamilyLink, User
from accounts.phone import parse_phone
from core.services.audit import record_audit

# As many family members as one person may have helping.
MOST_HELPERS = 4
ASK_AGAIN_AFTER = timedelta(days=30)


# What the elder agrees to. The Chinese words are what is shown and what is hashed.
WORDS = gettext_noop(
    "家人可以看我的课表和报的班，替我报名、排队、退班、请假。"
    "家人看不到我做的题、学习进度和手机号，也不能改我的账号。"
    "我随时可以不让家人帮了。"
)


@transaction.atomic
def ask_to_help(*, helper: User, phone: str, at: datetime | None = None) -> None:
    """Ask the person with that number to be allowed to help.

    Says nothing of whether there is such a person: whoever asks learns it when the
    elder agrees. Asking again changes nothing; how often one may ask is counted by the
    caller, whatever the number.

    Raises:
        InvalidPhoneError: the text is no number.
    """
    number = parse_phone(phone)
    elder = (
        User.objects.filter(phone=number, is_active=True).exclude(pk=helper.pk).first()
    )
    if elder is None or _was_refused_lately(helper, elder, at or timezone.now()):
        return
    link, is_new = FamilyLink.objects.exclude(state=FamilyState.ENDED).get_or_create(
        helper=helper, elder=elder, defaults={"asked_at": at or timezone.now()}
    )
    if is_new:
        record_audit(actor=helper, action="family.asked", subject=link)


def _was_refused_lately(helper: User, elder: User, at: datetime) -> bool:
    """Whether the elder said no a short while ago: asked again, they are not troubled."""
    return (
        FamilyLink.objects.between(helper, elder)
        .filter(agreed_at__isnull=True, ended_at__gt=at - ASK_AGAIN_AFTER)
        .exists()
    )


@transaction.atomic
def agree(
    *, link: FamilyLink, by: User, on_paper: bool = False, at: datetime | None = None
) -> FamilyLink:
    """The elder agrees: in their own account, or on paper before a clerk.

    The caller has asked whether that clerk may serve the elder. Agreed already, it stays.

    Raises:
        FamilyRefusedError: not the elder's own word, ended, or too many helpers.
    """
    User.objects.select_for_update(no_key=True).get(pk=link.elder_id)
    row: FamilyLink = FamilyLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    is_helper = by.pk == row.helper_id
    if is_helper or (by.pk != row.elder_id and not on_paper):
        raise FamilyRefusedError
    if row.state == FamilyState.AGREED:
        return row
    standing = FamilyLink.objects.standing().filter(elder=row.elder_id).count()
    if row.state != FamilyState.ASKED or standing >= MOST_HELPERS:
        raise FamilyRefusedError
    row.state, row.agreed_at = FamilyState.AGREED, at or timezone.now()
    row.agreed_by = by if on_paper else None
    row.text_sha256 = hashlib.sha256(WORDS.encode()).hexdigest()
    row.save()
    channel = "paper" if on_paper else "web"
    record_audit(actor=by, action="family.agreed", subject=row, channel=channel)
    return row


@transaction.atomic
def agree_on_paper(
    *, elder: User, helper: User, by: User, at: datetime | None = None
) -> FamilyLink:
    """Both stand at the counter, and the elder signs.

    Raises:
        FamilyRefusedError: they are one person, or there are too many helpers.
    """
    if elder.pk == helper.pk or not helper.is_active:
        raise FamilyRefusedError
    User.objects.select_for_update(no_key=True).get(pk=elder.pk)
    link, _is_new = FamilyLink.objects.exclude(state=FamilyState.ENDED).get_or_create(
        helper=helper, elder=elder, defaults={"asked_at": at or timezone.now()}
    )
    return agree(link=link, by=by, on_paper=True, at=at)


@transaction.atomic
def end_help(
    *, link: FamilyLink, by: User, on_paper: bool = False, at: datetime | None = None
) -> FamilyLink:
    """Either of the two ends it, or the elder says no; it holds at the next request.

    `on_paper`: the elder says so at the counter; the caller has asked whether that clerk
    may serve the elder.

    Raises:
        FamilyRefusedError: by somebody else.
    """
    row: FamilyLink = FamilyLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if by.pk not in (row.elder_id, row.helper_id) and not on_paper:
        raise FamilyRefusedError
    if row.state == FamilyState.ENDED:
        return row
    row.state, row.ended_at = FamilyState.ENDED, at or timezone.now()
    row.save(update_fields=["state", "ended_at"])
    record_audit(actor=by, action="family.ended", subject=row)
    return row
