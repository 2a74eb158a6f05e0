"""Sessions in the database, as Django keeps them; each request asks for one.

The name of the module is the setting `SESSION_ENGINE`.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from core.kept_sql import kept


@kept(key=CharField(), now=DateTimeField())
def _session(key: Any, now: Any) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(DatabaseStore):
    """Django's own, with a question whose SQL is made once."""

    def _get_session_from_db(self) -> Any:
        found = _session.first(key=self.session_key, now=timezone.now())
        if found is None:
            # As Django does: a key that is not known is not used for a new session.
            self._session_key = None
        return found
