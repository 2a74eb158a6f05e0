"""Sessions in the database, as Django keeps them; each request asks for one.

The name of the module is the setting `SESSION_ENGINE`.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from accounts.models import User, WebSession
from core.kept_sql import kept


@kept(key=CharField(), now=DateTimeField())
def _session(key: Any, now: Any) -> "QuerySet[WebSession]":
    alive = WebSession.objects.filter(session_key=key, expire_date__gt=now)
    return alive.select_related("user")


def person_number(data: dict[str, Any]) -> int | None:
    """The number of the person who is signed in, by what a session holds."""
    number = str(data.get(SESSION_KEY, ""))
    return int(number) if number.isdecimal() else None


class SessionStore(DatabaseStore):
    """Django's own; the person comes with the session, in one question."""

    # As the session was read; whether the person is still signed in, `get_user` says.
    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[WebSession]:
        """The table of sessions."""
        return WebSession

    def create_model_instance(self, data: dict[str, Any]) -> WebSession:
        """The row, with its person in a column."""
        row: Any = super().create_model_instance(data)
        row.user_id = person_number(data)
        return row

    def _get_session_from_db(self) -> Any:
        found = _session.first(key=self.session_key, now=timezone.now())
        if found is None:
            # As Django does: a key that is not known is not used for a new session.
            self._session_key = None
        else:
            self.person = found.user
        return found
