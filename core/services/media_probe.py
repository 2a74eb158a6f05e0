"""Is this a file that every phone plays? Read from the bytes, not from the name.

H.264 with AAC in MP4, AAC in M4A, and MP3 play on iPhones and on old Android phones.
Anything else is refused with a sentence that says what to do. Nothing is converted: the
file is kept byte for byte, so it must be right when it comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

import mutagen
from django.utils.translation import gettext_lazy as _
from mutagen.mp3 import MP3

from core.exceptions import MediaRefusedError

HOW_TO_CONVERT = _(
    "这个文件不是手机都能放的格式。请把视频另存为 MP4（H.264 画面、AAC 声音），"
    "把录音另存为 M4A 或 MP3,再上传。手机自带的相机和录音机存出来的一般就是这样的文件。"
)
BROKEN = _(
    "这个文件不完整或者打不开。请在手机或电脑上先播放一遍，确认能放完，再重新上传。"
)
HEVC_FOUND = _(
    "这个视频是 HEVC（H.265）格式，很多手机放不出来。"
    "苹果手机请到“设置 → 相机 → 格式”选“兼容性最佳”再拍；"
    "已经拍好的，请用视频软件另存为 MP4（H.264），再上传。"
)
QUICKTIME_FOUND = _(
    "这是苹果的 MOV 文件，有些手机放不出来。请在手机或电脑上另存为 MP4（H.264），再上传；"
    "只改文件名的后缀没有用。"
)
H264 = frozenset({b"avc1", b"avc3"})
HEVC = frozenset({b"hvc1", b"hev1", b"dvh1", b"dvhe"})
# Profiles of H.264 with 8 bits and 4:2:0, which phones decode: Baseline, Main, High.
PHONE_PROFILES = frozenset({66, 77, 100})
# MPEG-4 audio in the elementary stream descriptor; others are MP3 and such in MP4.
MPEG4_AUDIO = 0x40
# Of the bytes that an MP3 promises; below, it was cut. Rounding takes less than 5 %.
WHOLE_SHARE = 0.95
# Boxes with indexes of a file: longer ones mean many hours, or an attack on memory.
MAX_BOX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class MediaFacts:
    """What the bytes say of a media file. Lengths are in seconds, sizes in pixels."""

    kind: str
    content_type: str
    duration_s: float
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class _Box:
    """A box of an MP4 file: its four letters and where its content lies."""

    name: bytes
    start: int
    end: int


# What a file of that name must hold, so that the name does not say something else.
_BY_SUFFIX = {".mp4": "video/mp4", ".m4a": "audio/mp4", ".mp3": "audio/mpeg"}


def probe(upload: IO[bytes]) -> MediaFacts:
    """Read kind, length and picture size; the file's position is kept.

    Raises:
        MediaRefusedError: the site cannot play the file; the message is for its author.
    """
    if getattr(upload, "closed", False):
        upload.open()  # type: ignore[attr-defined]
    position = upload.tell()
    try:
        upload.seek(0)
        head = upload.read(12)
        facts = _probe_mp4(upload) if head[4:8] == b"ftyp" else _probe_mp3(upload)
    finally:
        upload.seek(position)
    _check_name(str(getattr(upload, "name", "") or ""), facts)
    return facts


def _check_name(name: str, facts: MediaFacts) -> None:
    suffix = PurePath(name).suffix.lower()
    if suffix and _BY_SUFFIX.get(suffix) != facts.content_type:
        right = {kind: end for end, kind in _BY_SUFFIX.items()}[facts.content_type]
        raise MediaRefusedError(
            _(
                "文件名的后缀是 %(suffix)s,里面却是 %(right)s。请把后缀改成 %(right)s 再上传。"
            )
            % {"suffix": suffix, "right": right}
        )


def _probe_mp3(upload: IO[bytes]) -> MediaFacts:
    size = upload.seek(0, 2)
    upload.seek(0)
    try:
        info = MP3(upload).info
    except (mutagen.MutagenError, ValueError, IndexError, OverflowError) as error:
        raise MediaRefusedError(HOW_TO_CONVERT) from error
    # `sketchy` is mutagen's word for «looks like MP3 by accident»: text, pictures.
    if info is None or info.sketchy or info.length <= 0 or info.layer != 3:
        raise MediaRefusedError(HOW_TO_CONVERT)
    # A header with the number of frames promises what an interrupted upload lacks.
    if size < info.length * info.bitrate / 8 * WHOLE_SHARE:
        raise MediaRefusedError(BROKEN)
    return MediaFacts("audio", "audio/mpeg", round(info.length, 3))


def _probe_mp4(upload: IO[bytes]) -> MediaFacts:
    size = upload.seek(0, 2)
    top = {box.name: box for box in _boxes(upload, 0, size)}
    if _read(upload, top[b"ftyp"])[:4] == b"qt  ":
        raise MediaRefusedError(QUICKTIME_FOUND)
    if b"moov" not in top or b"mdat" not in top:
        raise MediaRefusedError(BROKEN)
    movie = _children(upload, top[b"moov"])
    if b"mvhd" not in movie:
        raise MediaRefusedError(BROKEN)
    tracks = [_track(upload, track, size) for track in movie.get(b"trak", [])]
    pictures = [entry for kind, entry in tracks if kind == b"vide"]
    sounds = [entry for kind, entry in tracks if kind == b"soun"]
    for entry in pictures:
        _check_picture(entry)
    for entry in sounds:
        _check_sound(entry)
    duration = _duration_s(_read(upload, movie[b"mvhd"][0]))
    if not (pictures or sounds) or duration <= 0:
        raise MediaRefusedError(HOW_TO_CONVERT)
    if not pictures:
        return MediaFacts("audio", "audio/mp4", duration)
    width, height = (int.from_bytes(pictures[0][at : at + 2], "big") for at in (28, 30))
    return MediaFacts("video", "video/mp4", duration, width, height)


def _boxes(upload: IO[bytes], start: int, end: int) -> Iterator[_Box]:
    """The boxes between two places. One that reaches beyond the end is a cut file."""
    while start < end:
        upload.seek(start)
        head = upload.read(16)
        length, name, begin = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), start + 16
        elif length == 0:
            length = end - start
        stop = start + length
        if len(head) < 8 or stop < begin or stop > end:
            raise MediaRefusedError(BROKEN)
        yield _Box(name, begin, stop)
        start = stop


def _children(upload: IO[bytes], parent: _Box) -> dict[bytes, list[_Box]]:
    found: dict[bytes, list[_Box]] = {}
    for box in _boxes(upload, parent.start, parent.end):
        found.setdefault(box.name, []).append(box)
    return found


def _descend(upload: IO[bytes], parent: _Box, *names: bytes) -> _Box:
    for name in names:
        inside = _children(upload, parent)
        if name not in inside:
            raise MediaRefusedError(BROKEN)
        parent = inside[name][0]
    return parent


def _read(upload: IO[bytes], box: _Box) -> bytes:
    if box.end - box.start > MAX_BOX_BYTES:
        raise MediaRefusedError(BROKEN)
    upload.seek(box.start)
    return upload.read(box.end - box.start)


def _track(upload: IO[bytes], track: _Box, size: int) -> tuple[bytes, bytes]:
    """Handler and first sample entry of a track, its letters first.

    Time codes, chapters and hints are tracks too; they are not played, and are not
    looked into.
    """
    media = _descend(upload, track, b"mdia")
    kind = _read(upload, _descend(upload, media, b"hdlr"))[8:12]
    if kind not in (b"vide", b"soun"):
        return kind, b""
    table = _descend(upload, media, b"minf", b"stbl")
    described = _read(upload, _descend(upload, table, b"stsd"))
    if len(described) < 16:
        raise MediaRefusedError(BROKEN)
    _check_chunks(upload, _children(upload, table), size)
    return kind, described[12:]


def _check_chunks(upload: IO[bytes], table: dict[bytes, list[_Box]], size: int) -> None:
    """Every chunk of sound or picture must begin within the file."""
    for name, width in ((b"stco", 4), (b"co64", 8)):
        for box in table.get(name, []):
            offsets = _read(upload, box)[8:]
            last = offsets[-width:] if len(offsets) >= width else b""
            if int.from_bytes(last, "big") >= size:
                raise MediaRefusedError(BROKEN)


def _check_picture(entry: bytes) -> None:
    if entry[:4] in HEVC:
        raise MediaRefusedError(HEVC_FOUND)
    at = entry.find(b"avcC")
    if entry[:4] not in H264 or at < 0 or len(entry) < at + 6:
        raise MediaRefusedError(HOW_TO_CONVERT)
    if entry[at + 5] not in PHONE_PROFILES:
        raise MediaRefusedError(HOW_TO_CONVERT)


def _check_sound(entry: bytes) -> None:
    at = entry.find(b"esds")
    if entry[:4] != b"mp4a" or at < 0:
        raise MediaRefusedError(HOW_TO_CONVERT)
    if _stream_type(entry[at + 8 :]) != MPEG4_AUDIO:
        raise MediaRefusedError(HOW_TO_CONVERT)


def _stream_type(descriptor: bytes) -> int | None:
    """Object type of an elementary stream descriptor (ISO 14496-1, 7.2.6); None if cut."""
    place = _after_head(descriptor, 0, tag=3)
    if place is None or len(descriptor) < place + 3:
        return None
    flags = descriptor[place + 2]
    place += 3 + (2 if flags & 0x80 else 0)
    if flags & 0x40 and place < len(descriptor):
        place += 1 + descriptor[place]
    place += 2 if flags & 0x20 else 0
    inner = _after_head(descriptor, place, tag=4)
    return descriptor[inner] if inner is not None and inner < len(descriptor) else None


def _after_head(descriptor: bytes, place: int, *, tag: int) -> int | None:
    """Where a descriptor's content begins, after its tag and a length of 1–4 bytes."""
    if descriptor[place : place + 1] != bytes([tag]):
        return None
    place += 1
    while place < len(descriptor) and descriptor[place] & 0x80:
        place += 1
    return place + 1


def _duration_s(header: bytes) -> float:
    """Length from the movie header: time scale and duration, in either of two widths."""
    wide = header[:1] == b"\x01"
    scale = int.from_bytes(header[20:24] if wide else header[12:16], "big")
    length = int.from_bytes(header[24:32] if wide else header[16:20], "big")
    if not scale:
        raise MediaRefusedError(BROKEN)
    return round(length / scale, 3)


__all__ = ["MediaFacts", "probe"]
