"""Reactions to signals of libraries. Our own apps call each other's services."""

import logging
from typing import Any

from allauth.account.signals import user_logged_in

from core.exceptions import RefusedError
from courses.models import CourseRun
from learning.services.enrolment import enrol_learner

logger = logging.getLogger(__name__)
# The session remembers which course a visitor was about to begin.
PENDING_RUN = "pending_run"


def enrol_in_pending_run(request: Any, user: Any, **_kwargs: Any) -> None:
    """Who signs in from a course is enrolled in it; a refusal keeps the sign-in."""
    run_id = request.session.pop(PENDING_RUN, None)
    if run_id is None:
        return
    run = CourseRun.objects.filter(pk=run_id, course__live=True).first()
    if run is None:
        return
    try:
        enrol_learner(learner=user, run=run)
    except RefusedError as refusal:
        logger.info("pending enrolment refused: %s", type(refusal).__name__)


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(enrol_in_pending_run, dispatch_uid="learning.pending_run")
