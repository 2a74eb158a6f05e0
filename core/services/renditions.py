"""The smaller copies that pages show are made when a picture comes, not when it is seen.

Without a queue beside the requests (`TASK_QUEUE`) the first page that shows a picture
makes the copy that it needs, as Wagtail does: who uploads would wait for all of them.
"""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend
from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError

logger = logging.getLogger(__name__)
# What templates ask for; tests/core/test_rendition_task.py compares.
SPECS = (
    "fill-1120x500|format-webp",
    "fill-320x240|format-webp",
    "fill-560x560|format-webp",
    "fill-640x480|format-webp",
    "max-900x700|format-webp",
    "width-1120|format-webp",
    "width-640|format-webp",
)


def make_beside(instance: Any, *, created: bool, **_signal: Any) -> None:
    """After a picture was saved: have its copies made once that holds."""
    if not created or isinstance(make_renditions.get_backend(), ImmediateBackend):
        return
    transaction.on_commit(partial(make_renditions.enqueue, instance.pk))


@task()
def make_renditions(image_id: int) -> None:
    """Make the copies that are not there yet; a picture that is gone has none."""
    image = get_image_model().objects.filter(pk=image_id).first()
    if image is None:
        return
    try:
        image.get_renditions(*(Filter(spec=spec) for spec in SPECS))
    except SourceImageIOError:
        logger.warning("The file of picture %s cannot be read.", image_id)
