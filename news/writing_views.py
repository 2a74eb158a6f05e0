"""`/desk/news/`: writing stories and notices, on a phone first."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access, require
from core.exceptions import RefusedError, UploadRefusedError
from core.forms import posted, posted_number
from core.services.idempotency import run_once
from core.services.uploads import safe_name, take_file
from core.uploads import check_file, kind_named
from news.choices import NewsKind
from news.exceptions import NotReadyError, StaleStoryError
from news.happenings import happening_of, recent_happenings
from news.models import NewsPage
from news.permissions import can_write_news, schools_to_tell_of
from news.plain_text import is_plain, photos_of
from news.prechecks import check_story
from news.services.writing import (
    begin_story,
    change_story,
    describe_photo,
    hand_in_story,
    remove_photo,
    unready,
)
from news.writing import stories_of_writer, story_rows
from news.writing_forms import BeginForm, PhotoForm, WriteForm
from schools.services.provisioning import collection_of
from schools.tree import school_of

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def my_news(request: HttpRequest) -> HttpResponse:
    """What one has written, and what of it came back."""
    require(can_write_news(request.user))
    page = Paginator(stories_of_writer(request.user), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = story_rows(page.object_list)
    return render(
        request,
        "news/desk/my_news.html",
        {
            "page": page,
            "returned": [row for row in rows if row.is_returned],
            "rows": [row for row in rows if not row.is_returned],
        },
    )


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def new_story(request: HttpRequest) -> HttpResponse:
    """Begin: empty, as a notice, or from a lesson that was held."""
    require(can_write_news(request.user))
    schools = list(schools_to_tell_of(request.user))
    form = BeginForm(
        posted(request),
        schools=schools_to_tell_of(request.user),
        initial={"key": str(uuid4())},
    )
    if request.method == "POST" and form.is_valid():
        return _begin(request, form.cleaned_data)
    return render(
        request,
        "news/desk/new_story.html",
        {
            "form": form,
            "schools": schools,
            "happenings": recent_happenings(schools),
            "key": form["key"].value(),
        },
        status=422 if form.is_bound else 200,
    )


def _begin(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    happening = None
    if given["session"]:
        happening = happening_of(given["session"], [given["school"]])
        if happening is None:
            raise Http404
    answer = run_once(
        user=request.user,
        key=f"{given['key']}:{given['kind']}:{given['session'] or ''}",
        action="story.begin",
        body=[given["kind"], given["school"].pk, given["session"]],
        effect=lambda: {
            "page": begin_story(
                school=given["school"],
                kind=NewsKind(given["kind"]),
                by=request.user,
                happening=happening,
            ).pk
        },
    )
    return redirect("desk:write_story", page_id=answer["page"])


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_story(request: HttpRequest, page_id: int) -> HttpResponse:
    """The whole story on one page. Every button keeps what was typed first."""
    page = _writable(request, page_id)
    draft = page.get_latest_revision_as_object()
    form = WriteForm(posted(request), request.FILES or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            changed = _keep(request, page, form)
        except StaleStoryError as refusal:
            form.add_error(None, str(refusal))
            again = request.POST.copy()
            again["seen"] = str(page.latest_revision_id)
            form.data = again
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, page, changed)
    return render(
        request,
        "news/desk/write_story.html",
        {
            "form": form,
            "draft": draft,
            "photos": photos_of(draft.body),
            "is_plain": is_plain(draft.body),
            "is_waiting": page.workflow_in_progress,
            "findings": check_story(draft),
        },
        status=_status(form),
    )


def _keep(request: HttpRequest, page: NewsPage, form: WriteForm) -> bool:
    given = form.cleaned_data
    pictures = [
        _take_picture(request, page, one, given["title"][:40])
        for one in given["photos"]
    ]
    return change_story(
        page=page,
        given=form.facts(),
        text=given.get("text"),
        pictures=pictures,
        seen=given["seen"],
        by=request.user,
    )


def _take_picture(request: HttpRequest, page: NewsPage, file: Any, title: str) -> Any:
    """The photo among the school's pictures; the same bytes once."""
    kind = check_file(safe_name(file.name), file.size)
    if kind != kind_named("image"):
        raise UploadRefusedError(_("这里只放照片。请选 JPG 或 PNG。"))
    taken, _was_there = take_file(
        user=request.user,
        collection=collection_of(school_of(page)),
        kind=kind,
        file=file,
        title=title,
    )
    return taken


def _after(request: HttpRequest, page: NewsPage, changed: bool) -> HttpResponse:
    """Where the button leads that was pressed."""
    goal = request.POST.get("then", "")
    if goal == "hand_in":
        return redirect("desk:hand_in_story", page_id=page.pk)
    if goal.startswith("photo:"):
        block_id = goal.removeprefix("photo:")
        fresh = NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        if any(str(one.id) == block_id for one in photos_of(fresh.body)):
            return redirect("desk:story_photo", page_id=page.pk, block_id=block_id)
    if changed:
        messages.success(request, _("存下来了。居民还看不到。"))
    return redirect("desk:write_story", page_id=page.pk)


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def story_photo(request: HttpRequest, page_id: int, block_id: Any) -> HttpResponse:
    """The caption of one photo, in its six elements; or the photo goes."""
    page = _writable(request, page_id)
    draft = page.get_latest_revision_as_object()
    photos = photos_of(draft.body)
    block = next((one for one in photos if str(one.id) == str(block_id)), None)
    if block is None:
        raise Http404
    form = PhotoForm(posted(request), draft=draft, block=block)
    taking_out = request.method == "POST" and "remove" in request.POST
    if taking_out or (request.method == "POST" and form.is_valid()):
        try:
            _keep_photo(request, page, str(block.id), form, taking_out=taking_out)
        except RefusedError as refusal:
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:write_story", page_id=page.pk)
    return render(
        request,
        "news/desk/story_photo.html",
        {
            "form": form,
            "draft": draft,
            "block": block,
            "number": photos.index(block) + 1,
        },
        status=_status(form),
    )


def _keep_photo(
    request: HttpRequest, page: NewsPage, block_id: str, form: Any, *, taking_out: bool
) -> None:
    if taking_out:
        seen = posted_number(request, "seen")
        remove_photo(page=page, block_id=block_id, seen=seen, by=request.user)
        messages.success(request, _("照片拿掉了，图片库里还有。"))
        return
    describe_photo(
        page=page,
        block_id=block_id,
        facts=form.facts(),
        seen=form.cleaned_data["seen"],
        by=request.user,
    )
    messages.success(request, _("照片说明存好了。"))


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """What a machine sees in it, once more; then it goes to who checks it."""
    page = _writable(request, page_id)
    draft = page.get_latest_revision_as_object()
    missing = unready(draft)
    if request.method == "POST":
        try:
            hand_in_story(page=page, by=request.user)
        except NotReadyError as refusal:
            missing = refusal.sentences
        else:
            return redirect("desk:review_of_page", page_id=page.pk)
    return render(
        request,
        "news/desk/hand_in.html",
        {
            "draft": draft,
            "missing": missing,
            "findings": [one for one in check_story(draft) if not one.stops],
        },
        status=422 if request.method == "POST" else 200,
    )


def _writable(request: HttpRequest, page_id: int) -> NewsPage:
    """The story, if the person writes it; another's looks like none."""
    require(can_write_news(request.user))
    page: NewsPage = get_object_or_404(NewsPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return page


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
