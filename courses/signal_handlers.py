"""A session goes with the lesson that it was, also where the database cascades."""

from typing import Any

from django.db.models.signals import post_delete

from attendance.models import Session
from courses.models import RunSession


def connect() -> None:
    """Called when the app starts."""
    post_delete.connect(
        delete_session, sender=RunSession, dispatch_uid="courses.delete_session"
    )


def delete_session(sender: Any, instance: RunSession, **kwargs: Any) -> None:
    """Or the room would stay taken by a run that is no more."""
    Session.objects.filter(pk=instance.session_id).delete()
