"""What happens after the last review: the content that was passed goes live."""

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish the revision of the last review, never a newer one.

    A page type that asks for its reviews itself (`has_passed`) is published by them: no
    person has the right to, and its `publish` refuses what has not passed. For others
    Wagtail asks for the right of whoever ends the workflow.
    """
    state = workflow_state.current_task_state
    revision = state.revision if state is not None else None
    if revision is None:
        return
    kind = revision.content_type.model_class()
    revision.publish(user=user, skip_permission_checks=hasattr(kind, "has_passed"))
