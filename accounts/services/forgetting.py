"""What time alone removes of sign-ins (P-7). Codes end by themselves: see `codes`."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as FormerSession

from accounts.models import WebSession


def forget_ended_devices(now: datetime) -> int:
    """Remove devices whose session is over, with their network addresses; how many."""
    alive = WebSession.objects.filter(expire_date__gt=now).values("session_key")
    former = FormerSession.objects.filter(expire_date__gt=now).values("session_key")
    ended = UserSession.objects.exclude(session_key__in=alive)
    count, _by_model = ended.exclude(session_key__in=former).delete()
    return int(count)
