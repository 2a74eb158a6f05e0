"""Where uploads lie: originals are private, renditions may be seen by everybody."""

from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, those that our modules import included."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Where the file lies; looked up once, since it stays while the site runs."""
        if force or settings.DEBUG:
            return str(super().url(name, force))
        if name not in self._urls:
            self._urls[name] = super().url(name)
        return self._urls[name]


class WholeFiles(FileSystemStorage):
    """A file is there whole or not at all, whatever ends the writing of it.

    Django writes into the place itself: where the disk is full or the process ends, half
    a file stays there under its name. Here it is written beside, and then put there. Of
    two that come at once under one name the second gets another (Django, which looks
    first and moves then, would put it in the place of the first).
    """

    INCOMING = ".incoming"

    def _save(self, name: str, content: Any) -> str:
        beside = Path(self.location) / self.INCOMING
        beside.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=beside, delete=False) as out:
            try:
                for chunk in content.chunks():
                    out.write(chunk.encode() if isinstance(chunk, str) else chunk)
                out.close()
                return self._put(Path(out.name), name)
            finally:
                Path(out.name).unlink(missing_ok=True)

    def keep(self, name: str, content: Any) -> None:
        """Under exactly this name, which is the caller's own and free."""
        self._save(name, content)

    def _put(self, written: Path, name: str) -> str:
        """Give the file its name, or the next one that is free; which it is."""
        if self.file_permissions_mode is not None:
            written.chmod(self.file_permissions_mode)
        while True:
            place = Path(self.path(name))
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                # A second name for the file: refused where the name is taken.
                place.hardlink_to(written)
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files; what is being written is neither."""
        folders, names = super().listdir(path)
        return [one for one in folders if one != self.INCOMING], names

    def forget_incoming(self, *, before: datetime) -> int:
        """Delete what a process that was ended has left beside; how many files."""
        gone = 0
        for path in (Path(self.location) / self.INCOMING).glob("*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                gone += 1
        return gone


def originals() -> Storage:
    """Where the originals lie: a folder, or an object store (core.object_store)."""
    return storages["default"]


class OfOriginals:
    """What is private, on a disk or in a store: its address is a view that asks."""

    def url(self, name: str | None, *_args: Any, **_named: Any) -> str:
        """An address for staff who may see the file; never a plain file path."""
        return f"/files/{quote(name or '')}"


class OfParts:
    """What is still on its way: nobody is given it."""

    def url(self, name: str | None, *_args: Any, **_named: Any) -> str:
        raise ValueError("a part of a file has no address")


@deconstructible
class PrivateStorage(OfOriginals, WholeFiles):
    """Originals. Their address is a view that asks for permission (core.views)."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.PRIVATE_MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())


@deconstructible
class PublicStorage(WholeFiles):
    """Renditions: small pictures without the phone's metadata."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.PUBLIC_MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())


@deconstructible
class PartsStorage(OfParts, WholeFiles):
    """Parts of files that are still on their way; served to nobody."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.UPLOAD_PARTS_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())
