"""Hand out a file of a storage, once the caller has asked whether it may be had.

Two ways, chosen by `settings.MEDIA_DELIVERY`:

`python`    this process sends the bytes, in ranges too. Without 206 an iPhone plays no
            video (WhiteNoise's responder does this; the one-byte range is ours).
`x-accel`   the answer is empty and names the file; nginx sends it, ranges included, from
            an `internal` location (`settings.MEDIA_ACCEL_PREFIX`) over the private
            folder, or (`settings.OBJECT_ACCEL_PREFIX`) from an object store. nginx keeps type, disposition and caching of our answer but no other
            header: its location must add `nosniff` and the sandbox itself.
"""

import mimetypes
import re
from collections.abc import Mapping
from email.utils import parsedate
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage, default_storage
from django.http import (  # noqa: TID251 - views of several apps share this answer
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from whitenoise.responders import (
    NotARegularFileError,
    Response,
    SlicedFile,
    StaticFile,
)

# Types that Python does not know on every machine.
_TYPES = {
    ".avif": "image/avif",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".webp": "image/webp",
}
# What a browser would show as a page of ours, or run: only ever a download.
_ACTIVE_TYPES = {
    "application/xhtml+xml",
    "application/xml",
    "image/svg+xml",
    "text/html",
    "text/xml",
}
_SANDBOX = "sandbox; default-src 'none'"
_FALLBACK_TYPE = "application/octet-stream"
# One range. Several (a comma) are no match, and are answered with the whole file.
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)
# No proxy keeps it, and a browser that kept it asks again each time, so that the gate
# is asked each time; a video already on the phone then costs a 304 and no data.
# `no-store` would load it anew at every step back in a lesson.
ASK_AGAIN = "private, no-cache"


def deliver(
    request: HttpRequest,
    *,
    name: str,
    content_type: str | None = None,
    storage: Storage = default_storage,
    filename: str | None = None,
    inline: bool = True,
    cache_control: str = ASK_AGAIN,
) -> HttpResponse | StreamingHttpResponse:
    """The file of that name. The caller has asked for permission.

    Answers GET and HEAD; one range of bytes (206, or 416 where it lies beyond the end);
    304 where the browser has it. Several ranges at once are answered with the whole
    file, as the standard allows.

    Args:
        request: who asks, with `Range` and the conditions of a cache.
        name: the name within `storage`, not a path of the machine.
        content_type: where it is known better than from the name.
        storage: where the file lies; originals by default.
        filename: what a download is called; Chinese names are encoded by RFC 6266.
        inline: whether the browser may show it; else it is a download. HTML and SVG are
            always downloads.
        cache_control: other than `ASK_AGAIN` only for what everybody may see.

    Raises:
        Http404: there is no such file.
    """
    kind = _content_type(name, content_type)
    headers = {
        "Content-Type": kind,
        "Cache-Control": cache_control,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _SANDBOX,
    }
    disposition = content_disposition_header(
        as_attachment=not inline or kind in _ACTIVE_TYPES, filename=filename or ""
    )
    if disposition:
        headers["Content-Disposition"] = disposition
    if hasattr(storage, "signed_address"):
        return _from_objects(request, storage, name, headers)
    path = _path(storage, name)
    if settings.MEDIA_DELIVERY == "x-accel":
        internal = _internal_address(path)
        if internal:
            return HttpResponse(headers={**headers, "X-Accel-Redirect": internal})
    return _from_python(request, path, headers)


def _path(storage: Storage, name: str) -> Path:
    """Where it lies; only names within the storage, and only regular files, exist."""
    try:
        path = Path(storage.path(name))
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    if not path.is_file():
        raise Http404
    return path


def _content_type(name: str, given: str | None) -> str:
    suffix = Path(name).suffix.lower()
    return (
        given or _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or _FALLBACK_TYPE
    )


def _internal_address(path: Path) -> str | None:
    """The file's address in nginx; None for one outside the private folder."""
    root = Path(settings.PRIVATE_MEDIA_ROOT).resolve()
    real = path.resolve()
    if not real.is_relative_to(root):
        return None
    return settings.MEDIA_ACCEL_PREFIX + quote(real.relative_to(root).as_posix())


def _from_objects(
    request: HttpRequest, store: Any, name: str, headers: dict[str, str]
) -> HttpResponse | StreamingHttpResponse:
    """Out of an object store: nginx fetches it by a signed address, or this process."""
    method = "HEAD" if request.method == "HEAD" else "GET"
    try:
        if settings.MEDIA_DELIVERY != "x-accel":
            return _out_of_store(request, store, name, method, headers)
        address = store.signed_address(name, method, headers)
    except SuspiciousFileOperation as error:
        raise Http404 from error
    internal = settings.OBJECT_ACCEL_PREFIX + address.lstrip("/")
    return HttpResponse(headers={**headers, "X-Accel-Redirect": internal})


def _out_of_store(
    request: HttpRequest, store: Any, name: str, method: str, headers: dict[str, str]
) -> HttpResponse | StreamingHttpResponse:
    """The store's own answer, ranges and «you have it» included, handed on."""
    answer = store.read_range(name, method=method, conditions=_conditions(request))
    if answer == HTTPStatus.NOT_FOUND:
        raise Http404
    if isinstance(answer, int):
        return HttpResponse(status=answer)
    headers |= {
        "Accept-Ranges": "bytes",
        "Content-Length": str(answer["ContentLength"]),
        "ETag": answer["ETag"],
    }
    if "ContentRange" in answer:
        headers["Content-Range"] = answer["ContentRange"]
    status = HTTPStatus.PARTIAL_CONTENT if "ContentRange" in answer else HTTPStatus.OK
    if method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    body = answer["Body"].iter_chunks(_Body.block_size)
    return StreamingHttpResponse(body, status=status, headers=headers)


def _conditions(request: HttpRequest) -> dict[str, str]:
    """What the store is asked to heed: one range, and what the browser has."""
    asked = request.headers.get("Range", "")
    found = {}
    if _RANGE.fullmatch(asked) and "If-Range" not in request.headers:
        found["Range"] = asked.replace(" ", "")
    if known := request.headers.get("If-None-Match", ""):
        found["IfNoneMatch"] = known.removeprefix("W/")
    return found


class _PlayableFile(StaticFile):
    """WhiteNoise's responder, as players need it.

    WhiteNoise 6.12 answers 416 to a range of one byte (its issue 711) and to an inverted
    range, sends the whole file for the last zero bytes, and does not know `If-Range` nor
    lists in `If-None-Match`.
    """

    def get_response(self, method: str, request_headers: Mapping[str, Any]) -> Any:
        headers = dict(request_headers)
        if not self._range_is_of_this_version(headers):
            del headers["HTTP_RANGE"]
        return super().get_response(method, headers)

    def is_not_modified(self, request_headers: Mapping[str, Any]) -> bool:
        sent = request_headers.get("HTTP_IF_NONE_MATCH")
        if sent is None:
            return bool(super().is_not_modified(request_headers))
        known = {one.strip().removeprefix("W/") for one in sent.split(",")}
        return "*" in known or self.etag in known

    def _range_is_of_this_version(self, request_headers: Mapping[str, Any]) -> bool:
        """Whether the range continues this version of the file, or none is asked."""
        known = request_headers.get("HTTP_IF_RANGE")
        if not known or "HTTP_RANGE" not in request_headers:
            return True
        if known.startswith('"'):
            return bool(known == self.etag)
        return self.last_modified is not None and parsedate(known) == self.last_modified

    def get_range_response(
        self, range_header: str, base_headers: list[tuple[str, str]], file_handle: Any
    ) -> Response:
        """206 with the one range, 416 where nothing of it is in the file.

        Raises:
            ValueError: no single range of bytes; WhiteNoise then sends the whole file.
        """
        headers = dict(base_headers)
        size = int(headers["Content-Length"])
        start, end = _byte_range(range_header, size)
        if start > end:
            if file_handle is not None:
                file_handle.close()
            headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
            return Response(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, list(headers.items()), None
            )
        if file_handle is not None:
            file_handle = SlicedFile(file_handle, start, end)
        headers |= {
            "Content-Range": f"bytes {start}-{end}/{size}",
            "Content-Length": str(end - start + 1),
        }
        return Response(HTTPStatus.PARTIAL_CONTENT, list(headers.items()), file_handle)


def _byte_range(header: str, size: int) -> tuple[int, int]:
    """First and last byte; an empty range (first > last) where none is in the file."""
    found = _RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        raise ValueError(header)
    if not found[1]:
        return max(size - int(found[2]), 0), size - 1
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        raise ValueError(header)
    return start, min(int(found[2] or size), size - 1)


class _Body(FileResponse):
    """Streams what WhiteNoise opened; the headers are WhiteNoise's."""

    block_size = 64 * 1024

    def set_headers(self, filelike: Any) -> None:
        """Nothing: Django would measure the whole file, not the range."""


def _from_python(
    request: HttpRequest, path: Path, headers: dict[str, str]
) -> HttpResponse | FileResponse:
    headers = {**headers, "Accept-Ranges": "bytes"}
    try:
        answer = _PlayableFile(str(path), list(headers.items())).get_response(
            request.method or "GET", request.META
        )
    except NotARegularFileError as error:
        raise Http404 from error
    response: HttpResponse | FileResponse
    if answer.file is None:
        response = HttpResponse(status=int(answer.status))
        del response["Content-Type"]
    else:
        response = _Body(answer.file, status=int(answer.status))
    for header, value in answer.headers:
        response[header] = value
    return response
