"""What phones play comes in; all else is refused with a sentence that says what to do."""

import io
import json
import random
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from core.exceptions import MediaRefusedError
from core.services.media_probe import probe

FILES = Path(__file__).parent / "files"
CASES = settings.BASE_DIR.parent / "shared" / "cases"
# What each file of the cases folder should come to: a kind, or a refusal. A book of
# chapters is AAC and would play; its name is refused, and the sentence says how to
# rename it.
EXPECTED_CASES = {
    "moodle-logo.mp4": "video",
    "moodle-test.mov": "MOV",
    "truncated.mp4": "不完整",
    "mutagen-64bit.mp4": "再上传",
    "mutagen-truncated-64bit.mp4": "不完整",
    "mutagen-ep7.m4b": ".m4a",
    "mutagen-has-tags.m4a": "audio",
    "mutagen-alac.m4a": "另存为",
    "mutagen-silence-44-s.mp3": "audio",
    "mutagen-id3v22-test.mp3": "audio",
    "mutagen-xing.mp3": "audio",
    "mutagen-example.opus": "另存为",
    "mutagen-sample.oggtheora": "另存为",
    "mutagen-sample.mid": "另存为",
    "mutagen-issue_29.wma": "另存为",
}


def upload(name, content=None):
    body = (FILES / name).read_bytes() if content is None else content
    return SimpleUploadedFile(name, body)


def refusal(file):
    with pytest.raises(MediaRefusedError) as refused:
        probe(file)
    return str(refused.value)


@pytest.mark.parametrize("name", ["plain.mp4", "moov-last.mp4", "silent.mp4"])
def test_h264_in_mp4_is_a_video(name):
    facts = probe(upload(name))
    assert (facts.kind, facts.content_type) == ("video", "video/mp4")
    assert (facts.width, facts.height) == (64, 48)
    assert facts.duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "kind"), [("plain.m4a", "audio/mp4"), ("plain.mp3", "audio/mpeg")]
)
def test_recordings(name, kind):
    facts = probe(upload(name))
    assert (facts.kind, facts.content_type) == ("audio", kind)
    assert facts.duration_s == pytest.approx(1.0, abs=0.1)
    assert facts.width is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hevc.mp4", "兼容性最佳"),
        ("quicktime.mov", "MOV"),
        ("mpeg4.mp4", "另存为 MP4"),
        ("profile-422.mp4", "另存为 MP4"),
        ("mp3-inside.mp4", "另存为 MP4"),
        ("alac.m4a", "M4A 或 MP3"),
        ("plain.opus", "M4A 或 MP3"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(name, says):
    assert says in refusal(upload(name))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("plain.m4a", "talk.mp4"),
        ("plain.mp3", "talk.mp4"),
        ("plain.mp4", "talk.mp3"),
        ("plain.mp3", "talk.m4a"),
    ],
)
def test_a_name_that_says_something_else(content, name):
    said = refusal(upload(name, (FILES / content).read_bytes()))
    assert Path(name).suffix in said
    assert Path(content).suffix in said


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
     b"PK\x03\x04" * 100, bytes(5000), b"\xff" * 5000, b"\0\0\0\x18ftypisom" + b"\0" * 50],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.mp4", "a.mp3"])
def test_what_is_no_medium_at_all(content, name):
    assert "再" in refusal(upload(name, content))


@pytest.mark.parametrize("name", ["plain.mp4", "moov-last.mp4", "plain.m4a"])
def test_a_cut_file_is_refused_wherever_it_was_cut(name):
    whole = (FILES / name).read_bytes()
    for length in range(len(whole)):
        refusal(upload(name, whole[:length]))


def test_a_cut_mp3_with_a_count_of_frames_is_refused():
    whole = (FILES / "plain.mp3").read_bytes()
    assert "不完整" in refusal(upload("plain.mp3", whole[: len(whole) // 2]))


@pytest.mark.parametrize("name", ["plain.mp4", "plain.m4a", "plain.mp3"])
def test_broken_bytes_never_raise_anything_else(name):
    chance = random.Random(20261)  # noqa: S311
    whole = (FILES / name).read_bytes()
    for _ in range(600):
        broken = bytearray(whole)
        for _flip in range(chance.randrange(1, 6)):
            broken[chance.randrange(min(len(broken), 1800))] = chance.randrange(256)
        try:
            probe(upload(name, bytes(broken)))
        except MediaRefusedError:
            continue


def test_position_is_kept_and_nothing_is_changed():
    whole = (FILES / "plain.mp4").read_bytes()
    file = io.BytesIO(whole)
    file.seek(7)
    probe(file)
    assert file.tell() == 7
    assert file.getvalue() == whole


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases folder is not beside us")
def test_cases():
    rows = [json.loads(line) for line in (CASES / "cases.jsonl").open(encoding="utf-8")]
    media = [row["file"] for row in rows if row["kind"] == "media"]
    assert media
    for file in media:
        name = Path(file).name
        expected = EXPECTED_CASES[name]
        with (CASES / file).open("rb") as opened:
            if expected in ("video", "audio"):
                assert probe(opened).kind == expected, name
            else:
                assert expected in refusal(opened), name
