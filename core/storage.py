"""Where uploads lie: originals are private, renditions may be seen by everybody."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, those that our modules import included."""

    support_js_module_import_aggregation = True


@deconstructible
class PrivateStorage(FileSystemStorage):
    """Originals. Their address is a view that asks for permission (core.views)."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.PRIVATE_MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        """An address for staff who may see the file; never a plain file path."""
        return f"/files/{quote(name or '')}"


@deconstructible
class PublicStorage(FileSystemStorage):
    """Renditions: small pictures without the phone's metadata."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.PUBLIC_MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())


@deconstructible
class PartsStorage(FileSystemStorage):
    """Parts of files that are still on their way; served to nobody."""

    @property  # read anew, as Django does when its own MEDIA_ROOT changes
    def base_location(self) -> Path:
        return Path(settings.UPLOAD_PARTS_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        raise ValueError("a part of a file has no address")
