"""A lesson on paper: steps, pictures and what is said in its recordings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access, require
from core.origin import public_address
from core.pictures import read_renditions
from core.routing import is_open_to_all
from courses.blocks.lesson import MEDIA_TYPES, QUESTION_TYPES
from courses.models import LessonPage
from learning.permissions import can_study

PICTURE_TYPES = ("picture", "step")


@access(Rule.GATED)
@never_cache
@require_safe
def handout(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The lesson to print, for whoever may open it. Right answers are not printed."""
    lesson = get_object_or_404(
        LessonPage.objects.filter(is_open_to_all()).live(), pk=lesson_id
    )
    require(can_study(request.user, lesson))
    return HttpResponse(lesson_sheet(request, lesson))


def lesson_sheet(request: HttpRequest, lesson: LessonPage) -> str:
    """The sheet of a lesson, live or a draft."""
    blocks = list(lesson.body)
    read_renditions(
        one.value.get("image") for one in blocks if one.block_type in PICTURE_TYPES
    )
    return render_to_string(
        "print/lesson.html",
        {
            "lesson": lesson,
            "course": lesson.course,
            "blocks": [
                {
                    "block": one,
                    "is_media": one.block_type in MEDIA_TYPES,
                    "question": (
                        one.value.shown(None, one.id)
                        if one.block_type in QUESTION_TYPES
                        else None
                    ),
                    "is_file": one.block_type == "file",
                }
                for one in blocks
            ],
            "address": public_address(request, lesson.get_url(request)),
            "printed_at": timezone.now(),
        },
        request,
    )
