"""Videos, recordings and files of a draft, for who holds the link to it."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access
from courses.models import LessonPage
from courses.services.preview_links import read_draft
from learning.media import serve_lesson_file


@access(Rule.GATED)
@never_cache
@require_safe
def draft_media(
    request: HttpRequest, token: str, block_id: str, slot: str
) -> HttpResponseBase:
    """A file that stands in the draft which the token opens, and no other."""
    lesson = read_draft(token)
    if not isinstance(lesson, LessonPage):
        raise Http404
    response = serve_lesson_file(request, lesson, block_id, slot)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
