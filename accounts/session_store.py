"""Sessions in the database, as Django keeps them; each request asks for one.

The name of the module is the setting `SESSION_ENGINE`.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session as FormerSession
from django.db import transaction
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
    """Django's own; the person comes with the session, in one question.

    Sessions of before 2026-12 stand in Django's own table, without a person. Each is
    brought along when its browser comes; the last of them is over within a year.
    """

    # As the session was read; whether the person is still signed in, `get_user` says.
    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[WebSession]:
        """The table of sessions."""
        return WebSession

    @classmethod
    def clear_expired(cls) -> None:
        """Remove what is over, from the former table too."""
        super().clear_expired()
        FormerSession.objects.filter(expire_date__lt=timezone.now()).delete()

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session, in the former table too."""
        former = FormerSession.objects.filter(session_key=session_key)
        return bool(super().exists(session_key)) or former.exists()

    def delete(self, session_key: str | None = None) -> None:
        """End the session, wherever it stands."""
        key = session_key or self.session_key
        super().delete(session_key)
        FormerSession.objects.filter(session_key=key).delete()

    def create_model_instance(self, data: dict[str, Any]) -> WebSession:
        """The row, with its person in a column."""
        row: Any = super().create_model_instance(data)
        row.user_id = person_number(data)
        return row

    def have_read(self, session_data: str, person: User) -> None:
        """Take what was read together with something else, instead of asking for it."""
        self._session_cache = self.decode(session_data)
        self.person = person

    def _get_session_from_db(self) -> Any:
        now = timezone.now()
        found = _session.first(key=self.session_key, now=now)
        if found is None and self._bring_along():
            found = _session.first(key=self.session_key, now=now)
        if found is None:
            # As Django does: a key that is not known is not used for a new session.
            self._session_key = None
        else:
            self.person = found.user
        return found

    def _bring_along(self) -> bool:
        """Move the session here from the former table; False where it is not there."""
        with transaction.atomic():
            alive = FormerSession.objects.filter(expire_date__gt=timezone.now())
            former = alive.filter(session_key=self.session_key).first()
            if former is None:
                return False
            row = WebSession(
                session_key=former.session_key,
                session_data=former.session_data,
                expire_date=former.expire_date,
                user_id=person_number(self.decode(former.session_data)),
            )
            # Two requests of one browser may bring it at the same moment.
            WebSession.objects.bulk_create([row], ignore_conflicts=True)
            former.delete()
        return True


def end_former(user: User) -> None:
    """Sign the person out where the browser has not come since (see `SessionStore`)."""
    mine = [
        one.session_key
        for one in FormerSession.objects.iterator(chunk_size=500)
        if one.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    FormerSession.objects.filter(session_key__in=mine).delete()
