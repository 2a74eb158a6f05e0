"""People: the account, and what each has agreed to."""

import contextlib
import secrets
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import ConsentKind
from accounts.phone import mask_phone
from core.kept_sql import kept


def new_username() -> str:
    """An opaque name for the column that Django wants; people sign in by phone."""
    return f"u-{secrets.token_hex(8)}"


class UserManager(DjangoUserManager["User"]):
    """Makes accounts with an opaque username where none is given."""

    def create_person(self, *, display_name: str, **fields: Any) -> "User":
        """An account for a person; without a password it opens by code alone."""
        password = fields.pop("password", None)
        user = self.model(display_name=display_name, **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        return user

    def get(self, *args: Any, **kwargs: Any) -> "User":
        """As ever; by the number alone, which each request asks, with SQL made before."""
        if args or list(kwargs) != ["pk"] or not isinstance(kwargs["pk"], int):
            return super().get(*args, **kwargs)
        known = _at_hand.get()
        if known is not None and known.pk == kwargs["pk"]:
            return known
        found: User | None = _by_number.first(pk=kwargs["pk"])
        if found is None:
            raise self.model.DoesNotExist
        return found

    def unproved(self) -> "models.QuerySet[User]":
        """Sign-ups that wait for their code: nobody has proved to be their owner yet.

        An account that staff made has no consent of its own, or the one that was signed
        on paper before them; one that staff gave a role is known to somebody: none of
        these waits, nor does one that was erased.
        """
        return self.filter(
            is_active=True,
            last_login__isnull=True,
            phone_verified=False,
            consents__isnull=False,
            memberships__isnull=True,
        ).exclude(
            models.Q(emailaddress__verified=True)
            | models.Q(pk__in=Consent.objects.filter(channel="paper").values("user"))
        )


class User(AbstractUser):
    """A resident or a member of staff. What somebody *is* stands in Membership."""

    username = models.CharField(
        _("登录名"), max_length=60, unique=True, default=new_username
    )
    display_name = models.CharField(_("称呼"), max_length=40, blank=True)
    phone = models.CharField(
        _("手机号"), max_length=20, unique=True, null=True, blank=True, default=None
    )
    phone_verified = models.BooleanField(default=False)
    email = models.EmailField(_("邮箱"), blank=True)
    birth_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)

    objects = UserManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="accounts_one_user_per_email",
            ),
            models.CheckConstraint(
                condition=models.Q(phone__isnull=True)
                | models.Q(phone__startswith="+"),
                name="accounts_phone_is_e164_or_null",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        # An empty string is not a number, and would be unique once only.
        self.phone = self.phone or None
        super().save(*args, **kwargs)

    @property
    def masked_phone(self) -> str:
        """`138****8000`, the form in which lists show a number (P-8)."""
        return mask_phone(self.phone)

    def has_staff_role(self, at: datetime | None = None) -> bool:
        """Whether the person holds any staff role now, or runs the site."""
        if not self.is_active:
            return False
        # `memberships` is the reverse side of schools.Membership, which is above us.
        return self.is_superuser or self.memberships.staff().active(at).exists()


# The person whom this request's session has brought along.
_at_hand: ContextVar[User | None] = ContextVar("person", default=None)


@contextlib.contextmanager
def at_hand(person: User | None) -> Iterator[None]:
    """Within it, who asks for this person by the number is not sent to the database."""
    token = _at_hand.set(person)
    try:
        yield
    finally:
        _at_hand.reset(token)


@kept(pk=models.BigIntegerField())
def _by_number(pk: Any) -> "models.QuerySet[User]":
    return User.objects.filter(pk=pk)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        """Consents given and not taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """A person agreed to one text in one version (P-2). Rows are never deleted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=20, default="web")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("同意记录")
        verbose_name_plural = _("同意记录")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "version"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="accounts_one_standing_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="accounts_consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.version}"


class DataCopy(models.Model):
    """A copy of all that the site knows of a person, made for that person (P-4).

    The file lies under `key` in the private storage until `expires_at`; the row stays
    a little longer than the file, so that an old link can say that it is over.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_copies")
    created_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("资料副本")
        verbose_name_plural = _("资料副本")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def file_name(self) -> str:
        """Where the file lies in the private storage."""
        return f"copies/{self.key}.zip"

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it can be downloaded at that instant."""
        return self.ready_at is not None and (at or timezone.now()) < self.expires_at


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def waiting(self) -> "ErasureRequestQuerySet":
        """Asked for, not taken back and not done."""
        return self.filter(cancelled_at__isnull=True, done_at__isnull=True)

    def due(self, at: datetime) -> "ErasureRequestQuerySet":
        """Those whose pause is over at that instant."""
        return self.waiting().filter(due_at__lte=at)


class ErasureRequest(models.Model):
    """A person wants the account deleted; for seven days it can be taken back (P-5)."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="erasure_requests"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("注销申请")
        verbose_name_plural = _("注销申请")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="accounts_one_waiting_erasure",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True)
                | models.Q(done_at__isnull=True),
                name="accounts_erasure_cancelled_or_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.due_at:%Y-%m-%d}"
