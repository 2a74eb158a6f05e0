"""Who is signed in where: Django's sessions, which know their person."""

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User

if TYPE_CHECKING:
    from accounts.session_store import SessionStore


class WebSession(AbstractBaseSession):
    """A session as Django keeps it; a visitor's has nobody (`Session` is a lesson).

    With the person in a column, a request reads both in one query, and signing somebody
    out everywhere reads nobody else's sessions.
    """

    # No constraint in the database: what a session holds decides, and one that names
    # somebody who was just deleted would be written again and again by Django's store.
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        db_constraint=False,
        related_name="web_sessions",
    )

    class Meta:
        verbose_name = _("登录")
        verbose_name_plural = _("登录")

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        """Where sessions are read and written."""
        from accounts.session_store import SessionStore

        return SessionStore

    def __str__(self) -> str:
        return f"{self.user_id} {self.expire_date:%Y-%m-%d}"
