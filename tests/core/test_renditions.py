"""Renditions stand upright and hold nothing that a phone wrote; originals stay as sent."""

import io
import json
from pathlib import Path

import pytest
import willow
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from wagtail.images.models import Filter
from willow.plugins.pillow import PillowImage
from willow.registry import registry

from core import willow_ops
from core.media_forms import DAMAGED_PICTURE, SiteImageForm
from core.models import SiteImage

# Pillow warns of broken EXIF, which is what some of these pictures have.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CASES = settings.BASE_DIR.parent / "shared" / "cases"
FORMATS = ["jpeg", "png", "webp", "avif", "gif"]
ORIENTATION, MAKER, GPS, EXIF_TIME = 0x0112, 0x010F, 0x8825, 0x9003
# Red above blue, 40 wide and 20 high, when it stands upright.
UPRIGHT = Image.new("RGB", (40, 20), (200, 20, 20))
UPRIGHT.paste((20, 20, 200), (0, 10, 40, 20))
# How a camera held that way stores it (the transposition that each number undoes).
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def photograph(orientation=6, kind="JPEG"):
    """A picture as a phone stores it: turned, with the place, time and a comment."""
    turn = STORED[orientation]
    picture = UPRIGHT.transpose(turn) if turn is not None else UPRIGHT.copy()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "PhoneMaker"
    exif.get_ifd(0x8769)[EXIF_TIME] = "2026:03:01 08:30:00"
    place = exif.get_ifd(GPS)
    place[1], place[2] = "N", (31.0, 13.0, 48.0)
    place[3], place[4] = "E", (121.0, 28.0, 12.0)
    options = {"exif": exif.tobytes()}
    if kind == "JPEG":
        options |= {"comment": b"PhoneMaker's secret", "quality": 95}
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", "PhoneMaker's secret")
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = b"<x:xmpmeta>PhoneMaker</x:xmpmeta>"
    stored = io.BytesIO()
    picture.save(stored, kind, **options)
    return stored.getvalue()


def rendition(original, spec):
    output = io.BytesIO()
    image = SiteImage(title="图", width=40, height=20, collection_id=1)
    Filter(spec=spec).run(image, output, source=io.BytesIO(original))
    return output.getvalue()


def assert_clean(made):
    picture = Image.open(io.BytesIO(made))
    picture.load()
    assert len(picture.getexif()) == 0
    assert not picture.info.keys() & {"exif", "xmp", "comment", "Comment", "photoshop"}
    assert b"PhoneMaker" not in made
    return picture


def assert_upright(picture):
    assert picture.size == (40, 20)
    red, blue = (picture.convert("RGB").getpixel(at) for at in ((20, 4), (20, 15)))
    assert red[0] > 150 > red[2]
    assert blue[2] > 150 > blue[0]


def test_the_operation_is_in_place():
    assert registry.get_operation(PillowImage, "auto_orient") is willow_ops.auto_orient


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_place_and_time_are_gone_in_every_format(kind, output):
    original = photograph(kind=kind)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(GPS)
    for spec in (f"original|format-{output}", f"max-400x400|format-{output}"):
        made = assert_clean(rendition(original, spec))
        if kind != "AVIF":  # whose own reader turns it already
            assert_upright(made)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("spec", ["original", "width-40|format-webp", "fill-40x20"])
def test_all_ways_of_holding_a_phone(orientation, spec):
    assert_upright(assert_clean(rendition(photograph(orientation), spec)))


def test_broken_exif_is_no_error():
    whole = photograph()
    at = whole.index(b"Exif\0\0")
    for place in range(at + 6, at + 120):
        broken = bytearray(whole)
        broken[place : place + 4] = b"\xff\xff\xff\xff"
        assert_clean(rendition(bytes(broken), "width-30|format-webp"))


def test_transparency_and_colour_profile_stay():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stored = io.BytesIO()
    sign = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    sign.save(stored, "PNG", icc_profile=profile)
    made = Image.open(io.BytesIO(rendition(stored.getvalue(), "width-20")))
    assert made.mode == "RGBA"
    assert made.getpixel((3, 3))[3] == 0
    assert made.info["icc_profile"] == profile
    stored = io.BytesIO()
    palette = Image.new("P", (40, 20), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.save(stored, "PNG", transparency=1)
    made = Image.open(io.BytesIO(rendition(stored.getvalue(), "original")))
    assert made.convert("RGBA").getpixel((3, 3))[3] == 0


def test_print_colours_become_screen_colours():
    stored = io.BytesIO()
    Image.new("CMYK", (40, 20), (0, 255, 255, 0)).save(stored, "JPEG", quality=95)
    for spec in ("original", "width-20|format-webp"):
        made = Image.open(io.BytesIO(rendition(stored.getvalue(), spec)))
        assert made.mode == "RGB"
        red, green, blue = made.getpixel((5, 5))
        assert red > 200
        assert max(green, blue) < 80


def test_animated_png_is_read_as_a_still():
    stored = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (step, 0, 0)) for step in (0, 90, 180)]
    frames[0].save(stored, "PNG", save_all=True, append_images=frames[1:])
    assert willow.Image.open(stored).format_name == "png"


@pytest.mark.django_db
def test_original_is_kept_byte_for_byte(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    original = photograph()
    image = SiteImage(title="老照片")
    image.file.save("老照片.jpg", ContentFile(original, "老照片.jpg"), save=False)
    image.width, image.height = 20, 40
    image.save()
    made = image.get_rendition("width-40|format-webp")
    with made.file.open("rb") as opened:
        assert_upright(assert_clean(opened.read()))
    with image.file.open("rb") as opened:
        assert opened.read() == original
    image.delete()
    made.file.delete(save=False)


def cleaned(content, name):
    form = SiteImageForm.__new__(SiteImageForm)
    form.cleaned_data = {"file": SimpleUploadedFile(name, content)}
    form.__dict__["changed_data"] = ["file"]
    return form.clean_file()


def test_cut_pictures_are_refused_on_upload():
    from django.core.exceptions import ValidationError

    whole = photograph()
    assert cleaned(whole, "a.jpg").read() == whole
    with pytest.raises(ValidationError) as refused:
        cleaned(whole[: len(whole) - 200], "a.jpg")
    assert refused.value.messages == [str(DAMAGED_PICTURE)]


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases folder is not beside us")
def test_cases():
    """Every picture is refused on upload, or every rendition of it can be made."""
    from django.core.exceptions import ValidationError

    refused = set()
    rows = [json.loads(line) for line in (CASES / "cases.jsonl").open(encoding="utf-8")]
    for row in rows:
        if row["kind"] != "images" or row["file"].endswith(".svg"):
            continue
        content = (CASES / row["file"]).read_bytes()
        try:
            cleaned(content, Path(row["file"]).name)
        except ValidationError:
            refused.add(Path(row["file"]).name)
            continue
        for output in FORMATS:
            assert_clean(rendition(content, f"max-200x200|format-{output}"))
    assert refused == {
        "heif-truncated.heic",
        "lying-header-2e9.png",
        "pillow-broken.png",
        "pillow-broken_data_stream.png",
        "pillow-decompression_bomb.gif",
        "pillow-png_decompression_dos.png",
        "truncated.jpg",
    }
