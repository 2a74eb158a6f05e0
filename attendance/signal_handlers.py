"""Reactions to signals of Django."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in

from attendance.services.walk_ins import claim_own


def claim_walk_ins(sender: Any, user: Any, **_kwargs: Any) -> None:
    """Who signs in with a number of their own finds the lessons to which they came."""
    # As it is stored: the sign-in itself may just have proved the number.
    claim_own(person=get_user_model().objects.get(pk=user.pk))


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(claim_walk_ins, dispatch_uid="attendance.walk_ins")
