"""Which files may be uploaded, how big, and into which collections."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Collection
from wagtailmedia.forms import get_media_form
from wagtailmedia.models import get_media_model
from wagtailmedia.permissions import permission_policy as media_policy

from core.access import Allowed, Decision, Denied
from core.exceptions import UploadRefusedError

MEGABYTE = 1024 * 1024
# The title of a file that nobody has named: never what the phone called it. Content,
# as every title is, and so in the language of the content.
UNTITLED = "未命名"


@dataclass(frozen=True)
class FileKind:
    """Pictures, documents, films and recordings: each by Wagtail's own form."""

    name: str
    model: Any
    policy: Any
    form: Any
    suffixes: tuple[str, ...]
    most: int  # bytes
    edit_route: str


def file_kinds() -> list[FileKind]:
    """Every kind; read anew, as its limits are settings."""
    media = settings.WAGTAILMEDIA
    sounds = tuple(media["AUDIO_EXTENSIONS"])
    return [
        FileKind(
            "image", get_image_model(), image_policy, get_image_form,
            tuple(settings.WAGTAILIMAGES_EXTENSIONS),
            settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, "wagtailimages:edit",
        ),
        FileKind(
            "media", get_media_model(), media_policy, get_media_form,
            (*media["VIDEO_EXTENSIONS"], *sounds),
            settings.MEDIA_MAX_UPLOAD_SIZE, "wagtailmedia:edit",
        ),
        FileKind(
            "document", get_document_model(), document_policy, get_document_form,
            tuple(settings.WAGTAILDOCS_EXTENSIONS),
            settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, "wagtaildocs:edit",
        ),
    ]  # fmt: skip


def kind_named(name: str) -> FileKind:
    """The kind of that name."""
    return next(one for one in file_kinds() if one.name == name)


def accepted() -> str:
    """For the file field of a form: «.jpg,.mp4,…»."""
    return ",".join(f".{one}" for kind in file_kinds() for one in kind.suffixes)


def check_file(name: str, size: int) -> FileKind:
    """The kind of a file of that name, if one so big may come.

    Raises:
        UploadRefusedError: no kind of ours, empty or too big; the message says what to
            do.
    """
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    kind = next((one for one in file_kinds() if suffix in one.suffixes), None)
    if kind is None:
        raise UploadRefusedError(
            _("这种文件用不了。图片请用 JPG 或 PNG，视频用 MP4，录音用 M4A 或 MP3。")
        )
    if size <= 0:
        raise UploadRefusedError(_("这个文件是空的。请打开看一看，再选一次。"))
    if size > kind.most:
        raise UploadRefusedError(
            _("文件太大了，最多 %(limit)s 兆。请把它改小或者分成几段，再上传。")
            % {"limit": kind.most // MEGABYTE}
        )
    return kind


def collections_of(user: Any) -> QuerySet[Collection]:
    """Into which collections a person may put files of every kind."""
    found = Collection.objects.all()
    for kind in file_kinds():
        allowed = kind.policy.collections_user_has_permission_for(user, "add")
        found = found.filter(pk__in=allowed.values("pk"))
    return found.order_by("-depth", "path")


def can_upload(user: Any) -> Decision:
    """Whether the person may add files at all."""
    if collections_of(user).exists():
        return Allowed()
    return Denied(_("传图片、视频由写课的老师和工作人员来办。"), "upload")
