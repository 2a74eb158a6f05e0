"""Pictures lose what a phone wrote about them before any rendition is made.

Willow copies EXIF into JPEG and PNG, and Pillow copies comments, XMP and EXIF into JPEG,
WebP and AVIF: the place and time of every photograph would be public. Each rendition
begins with `auto_orient`, so the picture is turned there as before, and then keeps
nothing of its file but pixels, transparency and colour profile. Originals are not touched.

`register()` is called once, when the apps are ready.
"""

import logging

from PIL import Image, ImageCms, ImageOps
from willow.image import INITIAL_IMAGE_CLASSES, PNGImageFile
from willow.plugins.pillow import PillowImage
from willow.registry import registry

logger = logging.getLogger(__name__)

# What colours and transparency need; everything else about a file goes.
KEPT_INFO = {"icc_profile", "transparency"}
_CMYK = "CMYK"


def auto_orient(willow_image: PillowImage) -> PillowImage:
    """The picture upright, in screen colours, and without metadata.

    Raises:
        OSError: the picture's data is damaged.
    """
    picture = willow_image.image
    picture.load()
    picture = _in_screen_colours(_upright(picture))
    # Image.copy() would carry EXIF that is already parsed: paste pixels into a new one.
    clean = Image.new(picture.mode, picture.size)
    if picture.palette is not None:
        clean.putpalette(picture.palette.copy())
    clean.paste(picture)
    clean.info = {
        name: value for name, value in picture.info.items() if name in KEPT_INFO
    }
    return PillowImage(clean)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001
        # Broken EXIF raises whatever its reader stumbles over; then nothing in it can
        # be trusted to say which way is up.
        logger.info("A picture's EXIF cannot be read; it is shown as it is stored.")
        return picture


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """RGB for pictures from a print shop, whose colours browsers show wrongly."""
    if picture.mode != _CMYK:
        return picture
    if picture.info.get("icc_profile"):
        try:
            return PillowImage(picture).transform_colorspace_to_srgb().image
        except (ImageCms.PyCMSError, OSError, ValueError):
            logger.info("A picture's colour profile cannot be read; it is left out.")
    converted = picture.convert("RGB")
    converted.info.pop("icc_profile", None)
    return converted


def register() -> None:
    """Put the operation in the place of Willow's own, and let animated PNGs in.

    A phone sends stickers as animated PNG; Willow knows no such format, but reads one as
    the still PNG that it is too.
    """
    INITIAL_IMAGE_CLASSES.setdefault("apng", PNGImageFile)
    registry.register_operation(PillowImage, "auto_orient", auto_orient)
