"""«录一段»: a voice recorded in the browser becomes a recording of the lesson's draft.

Browsers record into formats that other phones do not play (WebM on most Android phones,
fragmented MP4 elsewhere). So the page sends the plain sound (WAV), which every browser can
give, and it becomes an MP3 here. A recording that a phone made itself is kept as it is.
"""

import wave
from io import BytesIO
from pathlib import PurePath
from typing import Any

import lameenc
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import UploadRefusedError
from core.services.audit import record_audit
from core.services.uploads import safe_name, take_file
from core.uploads import check_file, kind_named
from courses.services.drafts import locked_draft
from schools.services.provisioning import collection_of
from schools.tree import school_of

MOST_SECONDS = 300
RATES = range(8_000, 48_001)  # samples a second
KBITS = 48  # of the MP3: clear speech, 0.36 MB a minute
SAMPLE_BYTES = 2
LAME_QUALITY = 5
WAV_HEAD = (b"RIFF", b"WAVE")


def is_wav(upload: File) -> bool:
    """Whether the file is plain sound, by its first bytes."""
    upload.seek(0)
    head = upload.read(12)
    upload.seek(0)
    return (head[:4], head[8:12]) == WAV_HEAD


def to_mp3(upload: File) -> bytes:
    """Encode plain sound of one voice.

    Raises:
        UploadRefusedError: damaged, empty, longer than five minutes, or no sound of one
            channel with 16 bits.
    """
    try:
        with wave.open(upload, "rb") as sound:
            facts = sound.getparams()
            fits = facts.nchannels == 1 and facts.sampwidth == SAMPLE_BYTES
            if not fits or facts.framerate not in RATES:
                raise UploadRefusedError(
                    _("这个录音读不了。请用这一页的「开始录」，或者传 M4A、MP3。")
                )
            if facts.nframes > MOST_SECONDS * facts.framerate:
                raise UploadRefusedError(
                    _("一段最长 %(minutes)s 分钟。请分成几段录。")
                    % {"minutes": MOST_SECONDS // 60}
                )
            frames = sound.readframes(facts.nframes)
    except (wave.Error, EOFError) as error:
        raise UploadRefusedError(_("录音没有传完整。请再传一次。")) from error
    if not frames:
        raise UploadRefusedError(_("没有录到声音。请再录一次。"))
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(facts.framerate)
    encoder.set_bit_rate(KBITS)
    encoder.set_quality(LAME_QUALITY)
    return bytes(encoder.encode(frames) + encoder.flush())


def take_recording(*, lesson: Any, upload: File, title: str, by: Any) -> Any:
    """Keep the recording among the school's files; the same bytes once.

    Outside a transaction, as files are. The caller has asked that the person writes the
    lesson.

    Raises:
        UploadRefusedError: no recording that every phone plays; it says what to do.
    """
    name = safe_name(upload.name or "")
    if is_wav(upload):
        upload = ContentFile(to_mp3(upload))
        name = f"{PurePath(name).stem or 'recording'}.mp3"
    kind = check_file(name, upload.size)
    if kind != kind_named("media") or PurePath(name).suffix.lower() == ".mp4":
        raise UploadRefusedError(_("这里只放录音。请选 M4A 或 MP3，或者现在录一段。"))
    taken, _was_there = take_file(
        user=by,
        collection=collection_of(school_of(lesson)),
        kind=kind,
        file=File(BytesIO(upload.read()), name=name),
        title=title,
    )
    return taken


@transaction.atomic
def add_recording(
    *, lesson: Any, recording: Any, after: str, title: str, transcript: str, by: Any
) -> Any:
    """Put the recording into the lesson's draft, behind the block with that id.

    At the end where that block is gone. What is live stays as it is.

    Raises:
        PermissionDenied: the person does not write the lesson.
        PageLockedError: somebody has locked it, or it is being reviewed.
    """
    draft = locked_draft(lesson.pk, by)
    ids = [str(block.id) for block in draft.body]
    place = ids.index(after) + 1 if after in ids else len(ids)
    stream = draft._meta.get_field("body").stream_block
    value = {"title": title, "audio": recording.pk, "transcript": transcript}
    (block,) = stream.to_python([{"type": "audio", "value": value}])
    draft.body.insert(place, (block.block_type, block.value))
    draft.save_revision(user=by, log_action=True)
    record_audit(
        actor=by, action="lesson.recorded", subject=lesson,
        school_id=school_of(lesson).pk, recording=recording.pk,
    )  # fmt: skip
    return draft
