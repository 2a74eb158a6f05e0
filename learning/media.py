"""Files of a lesson: named by block and slot, never by their own address."""

from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.exceptions import CaptionsRefusedError
from core.services.captions import to_webvtt
from core.services.deliver import deliver
from courses.models import LessonPage

CAPTIONS_KEPT_S = 3600


def serve_lesson_file(
    request: HttpRequest, lesson: LessonPage, block_id: str, slot: str
) -> HttpResponseBase:
    """The file of that slot of that block. The caller has asked the gate.

    Raises:
        Http404: the lesson as it is live has no such block, slot or file.
    """
    child = next((one for one in lesson.body if one.id == block_id), None)
    if child is None:
        raise Http404
    if slot == "captions" and child.block_type == "video":
        return _captions(child.value.get("captions"))
    if slot == "poster" and child.block_type in ("video", "audio"):
        media = child.value.media
        if media is None or not media.thumbnail:
            raise Http404
        return deliver(request, name=media.thumbnail.name, storage=default_storage)
    if slot == child.block_type and slot in ("video", "audio"):
        media = child.value.media
        if media is None:
            raise Http404
        return deliver(request, name=media.file.name, content_type=media.content_type)
    if slot == "file" and child.block_type == "file":
        return _document(request, child.value.get("document"))
    raise Http404


def _document(request: HttpRequest, document: Any) -> HttpResponseBase:
    if document is None:
        raise Http404
    return deliver(
        request,
        name=document.file.name,
        content_type=document.content_type,
        filename=document.filename,
        inline=False,
    )


def _captions(document: Any) -> HttpResponseBase:
    """Clean WebVTT made of whatever was uploaded; the upload itself stays as it is."""
    if document is None:
        raise Http404
    key = f"captions:{document.pk}:{document.get_file_hash()}"
    text = cache.get(key)
    if text is None:
        try:
            with document.open_file() as opened:
                text = to_webvtt(opened.read())
        except (CaptionsRefusedError, OSError) as error:
            raise Http404 from error
        cache.set(key, text, CAPTIONS_KEPT_S)
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, max-age=0"
    response["X-Content-Type-Options"] = "nosniff"
    return response
