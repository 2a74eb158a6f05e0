"""Views that stand in place of those of a library."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtailmedia.models import get_media_model
from wagtailmedia.views.chooser import get_media_json

from schools.admin.scope import visible_files


def choose_medium(request: HttpRequest, media_id: int) -> HttpResponse:
    """The answer of the media chooser for one chosen file.

    wagtailmedia asks for the right to change a file, where pictures and documents ask
    for the right to choose it; the shared library is there to be chosen from.
    """
    found = visible_files(request.user, get_media_model()).filter(pk=media_id).first()
    if found is None:
        raise Http404
    answer: Any = render_modal_workflow(
        request,
        None,
        None,
        None,
        json_data={"step": "media_chosen", "result": get_media_json(found)},
    )
    return answer
