"""Uploads in an object store that speaks S3, for who has more machines than one.

Chosen by `OBJECT_STORE_BUCKET` (docs/operations.md). Names and addresses are those of the
folders on a disk, so that nothing else knows of it; `core.services.deliver` asks
`signed_address` for nginx, or reads through `read_range` itself.
"""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, SuspiciousOperation
from django.core.files.base import File
from django.utils.crypto import get_random_string
from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage

from core.storage import OfOriginals, OfParts

# For how long nginx may begin to fetch what the gate has allowed, in seconds.
SIGNED_FOR_S = 60


@deconstructible
class Objects(S3Storage):
    """One folder of the bucket. Nobody reads it without the keys of the site."""

    folder = ""

    def get_default_settings(self) -> dict[str, Any]:
        known: dict[str, Any] = super().get_default_settings()
        return known | {
            **settings.OBJECT_STORE,
            "location": self.folder,
            "default_acl": None,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "querystring_expire": SIGNED_FOR_S,
        }

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """A name that nobody else gets, without asking whether it is free.

        Of two that ask at the same moment each would be told so, and the second write
        would take the place of the first.
        """
        path = PurePosixPath(name)
        end = f"_{get_random_string(12)}{path.suffix}"
        room = (max_length or len(name) + len(end)) - len(end)
        begin = str(path.with_suffix(""))[: max(room, 0)]
        return f"{begin}{end}"

    def keep(self, name: str, content: File) -> None:
        """Under exactly this name, which is the caller's own."""
        self._save(name, content)

    def exists(self, name: str) -> bool:
        """Whether there is such a file, or a folder with any: the store has no folders."""
        if name and super().exists(name):
            return True
        folders, names = self.listdir(name)
        return bool(folders or names)

    def signed_address(self, name: str, method: str, headers: dict[str, str]) -> str:
        """Path and query at the store for one request, with the headers of the answer."""
        asked = {
            "Content-Type": "ResponseContentType",
            "Content-Disposition": "ResponseContentDisposition",
            "Cache-Control": "ResponseCacheControl",
        }
        given = {asked[key]: headers[key] for key in asked if key in headers}
        address = self.bucket.meta.client.generate_presigned_url(
            "head_object" if method == "HEAD" else "get_object",
            Params={"Bucket": self.bucket.name, "Key": self._key(name), **given},
            ExpiresIn=SIGNED_FOR_S,
        )
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"

    def read_range(
        self, name: str, *, method: str, conditions: dict[str, str]
    ) -> dict[str, Any] | int:
        """The store's answer to a request with these conditions, or its status.

        `conditions` are arguments of S3: `Range`, `IfNoneMatch`, `IfMatch`.
        """
        client = self.bucket.meta.client
        ask = client.head_object if method == "HEAD" else client.get_object
        try:
            answer: dict[str, Any] = ask(
                Bucket=self.bucket.name, Key=self._key(name), **conditions
            )
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in (304, 404, 412, 416):
                return int(status)
            raise
        return answer

    def _key(self, name: str) -> str:
        """Where it lies in the bucket."""
        return self._normalize_name(PurePosixPath(name).as_posix())

    def _normalize_name(self, name: str) -> str:
        """As the package does, with the error that Django's own storage raises."""
        try:
            found: str = super()._normalize_name(name)
        except SuspiciousOperation as error:
            raise SuspiciousFileOperation(str(error)) from error
        return found


@deconstructible
class PrivateObjects(OfOriginals, Objects):
    """Originals: given out after the gate was asked."""

    folder = "private"


@deconstructible
class PublicObjects(Objects):
    """Renditions: pictures for everybody."""

    folder = "public"

    def url(self, name: str | None, *_args: Any, **_named: Any) -> str:
        """The same address as of a file on the disk."""
        return f"{settings.MEDIA_URL}{quote(name or '')}"


@deconstructible
class PartsObjects(OfParts, Objects):
    """Parts of files that are on their way; served to nobody."""

    folder = "parts"
