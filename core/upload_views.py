"""`/desk/uploads/`: pictures, films and documents from a phone, many at a time.

Without a script it is one form with several files. With it each file comes in parts, and
goes on where the line dropped: `open` says which parts are there, `parts` takes one,
`finish` puts them together.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Collection

from core.access import Rule, access, require
from core.exceptions import RefusedError, UploadRefusedError
from core.forms import PlainWordsMixin, posted
from core.models import Upload
from core.models.uploads import PART_BYTES
from core.services.uploads import (
    drop_upload,
    finish_upload,
    open_upload,
    safe_name,
    store_part,
    take_file,
)
from core.uploads import accepted, can_upload, check_file, collections_of, kind_named

MOST_FILES = 20
LONGEST_SIZE = 15  # digits


class ManyFilesInput(forms.ClearableFileInput):
    """A field from which a phone lets one choose many files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """All files that were chosen."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files]


class UploadForm(PlainWordsMixin, forms.Form):
    """Which files, what they are called, and whose they are."""

    # A form keeps its fields apart from what it was sent, which has the same name.
    files = ManyFilesField(  # type: ignore[assignment]
        label=_("图片、视频、录音、文件"),
        help_text=_("可以一次选好几个。"),
        widget=ManyFilesInput,
    )
    title = forms.CharField(
        label=_("这是什么"),
        max_length=80,
        required=False,
        help_text=_("比如：揉面的动作。不填就叫「未命名」，以后能改。"),
    )
    collection = forms.ModelChoiceField(
        label=_("放到哪里"), queryset=Collection.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = collections_of(user)
        self.fields["collection"].queryset = found  # type: ignore[attr-defined]
        self.fields["collection"].initial = found.first()
        self.fields["files"].widget.attrs["accept"] = accepted()

    def clean_files(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["files"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("一次最多 %(limit)s 个文件。请分几次传。"),
                params={"limit": MOST_FILES},
            )
        return files


@dataclass(frozen=True)
class Taken:
    """What became of one file; `problem` says what to do where it was not taken."""

    name: str
    title: str = ""
    href: str = ""
    is_known: bool = False
    problem: str = ""


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Choose files and send them; what has not arrived yet is listed."""
    require(can_upload(request.user))
    person: Any = request.user
    form = UploadForm(posted(request), request.FILES or None, user=person)
    taken: list[Taken] = []
    if request.method == "POST" and form.is_valid():
        taken = [_take(person, one, form) for one in form.cleaned_data["files"]]
        form = UploadForm(user=person)
    is_wrong = form.is_bound or any(one.problem for one in taken)
    return render(
        request,
        "core/uploads.html",
        {
            "form": form,
            "taken": taken,
            "waiting": Upload.objects.open().filter(user=person),
            "part_bytes": PART_BYTES,
        },
        status=422 if is_wrong else 200,
    )


def _take(user: Any, file: Any, form: UploadForm) -> Taken:
    """One file of the plain form; its trouble is not that of the others."""
    name = safe_name(file.name)
    try:
        row, is_known = take_file(
            user=user,
            collection=form.cleaned_data["collection"],
            kind=check_file(name, file.size),
            file=file,
            title=form.cleaned_data["title"],
        )
    except UploadRefusedError as refusal:
        return Taken(name, problem=str(refusal))
    return Taken(name, row.title, _edit_url(row, check_file(name, file.size)), is_known)


def _edit_url(row: Any, kind: Any) -> str:
    return reverse(kind.edit_route, args=[row.pk])


def _refusal(refusal: RefusedError) -> JsonResponse:
    return JsonResponse({"error": str(refusal)}, status=refusal.status)


def _own(request: HttpRequest, pk: int) -> Upload:
    found: Upload = get_object_or_404(Upload, pk=pk, user=request.user)
    return found


@access(Rule.STAFF)
@never_cache
@require_POST
def open_one(request: HttpRequest) -> HttpResponse:
    """Begin with a file, or learn which parts of it are there."""
    require(can_upload(request.user))
    sent = request.POST
    number = sent.get("collection", "")
    size = sent.get("size", "")
    if not _is_number(number) or not _is_number(size):
        raise Http404
    collection = get_object_or_404(collections_of(request.user), pk=int(number))
    try:
        upload = open_upload(
            user=request.user,
            collection=collection,
            key=sent.get("key", "")[:200],
            name=sent.get("name", ""),
            size=int(size),
            title=sent.get("title", ""),
        )
    except UploadRefusedError as refusal:
        return _refusal(refusal)
    return JsonResponse(
        {
            "part_bytes": PART_BYTES,
            "have": list(range(upload.total)) if upload.file_id else upload.have(),
            "parts": reverse("desk:upload_part", args=[upload.pk, 0])[: -len("0/")],
            "finish": reverse("desk:finish_upload", args=[upload.pk]),
        }
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_SIZE


@access(Rule.STAFF)
@never_cache
@require_POST
def part(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take one part: the bytes are the body. One that was cut is sent again."""
    upload = _own(request, pk)
    # Read as a stream: Django's limit is for what it takes apart itself.
    data = request.read(PART_BYTES + 1)
    try:
        store_part(
            upload=upload,
            number=number,
            data=data,
            checksum=request.headers.get("X-Checksum", "")[:64],
        )
    except UploadRefusedError as refusal:
        return _refusal(refusal)
    return JsonResponse({"percent": upload.percent})


@access(Rule.STAFF)
@never_cache
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The last part has come: put the file together and take it in."""
    upload = _own(request, pk)
    try:
        checksum = request.POST.get("checksum", "")[:64]
        row, is_known = finish_upload(upload=upload, checksum=checksum)
    except RefusedError as refusal:
        return _refusal(refusal)
    kind = kind_named(upload.kind)
    answer = {"title": row.title, "href": _edit_url(row, kind), "is_known": is_known}
    return JsonResponse(answer)


@access(Rule.STAFF)
@never_cache
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """«不传了»: what has come of it goes at once; pressed twice it is gone already."""
    person: Any = request.user
    found = Upload.objects.filter(pk=pk, user=person).first()
    if found is not None:
        drop_upload(upload=found)
    return redirect("desk:uploads")
