"""Video and audio. Each stands with what those need who cannot hear or see it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, StructBlock, StructValue
from wagtail.blocks import TextBlock as PlainTextBlock
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from core.exceptions import CaptionsRefusedError
from core.services import captions as caption_files


class MediaStructValue(StructValue):
    """What progress needs to know of a video or recording."""

    @property
    def media(self) -> Any:
        return self.get("video") or self.get("audio")

    @property
    def duration_s(self) -> float:
        """Length in seconds; 0 where the file is gone."""
        return float(self.media.duration) if self.media else 0.0

    @property
    def minutes(self) -> int:
        """Length in whole minutes, at least one, as said before playing (UX-MED-2)."""
        return max(1, round(self.duration_s / 60))

    @property
    def megabytes(self) -> float:
        return round(self.media.size_bytes / 1_000_000, 1) if self.media else 0.0


class VideoBlock(StructBlock):
    """A video with captions and transcript together (UX-MED-1)."""

    title = CharBlock(label=_("视频讲什么"), max_length=40)
    video = VideoChooserBlock(label=_("视频"))
    is_spoken = BooleanBlock(label=_("视频里有人说话"), required=False, default=True)
    captions = DocumentChooserBlock(
        label=_("字幕文件"), required=False, help_text=_(".srt 或 .vtt 文件。")
    )
    transcript = PlainTextBlock(
        label=_("文字稿"),
        required=False,
        rows=6,
        help_text=_("把视频里说的话写下来。听不清、没流量的人靠它学。"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors: dict[str, ValidationError] = {}
        captions = cleaned.get("captions")
        if captions:
            problem = problem_of_captions(captions)
            if problem:
                errors["captions"] = ValidationError(problem)
        if not self.is_deferred_validation:
            errors |= missing_words(cleaned)
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "media"
        label = _("视频")
        description = _("一段视频，和它的字幕、文字稿放在一起。")
        template = "courses/blocks/video.html"
        value_class = MediaStructValue
        preview_template = "courses/blocks/preview_media.html"
        preview_value = {
            "title": "看老师揉一遍面",
            "video": None,
            "is_spoken": True,
            "captions": None,
            "transcript": "一手压住面，一手往前推。",
        }


def missing_words(value: Any) -> dict[str, ValidationError]:
    """What a spoken video still lacks, by field; empty when it may be published."""
    if not value.get("is_spoken"):
        return {}
    errors = {}
    if not value.get("captions"):
        errors["captions"] = ValidationError(
            _("视频里有人说话，请加上字幕文件（.srt 或 .vtt），听不清的人才能学。")
        )
    if not (value.get("transcript") or "").strip():
        errors["transcript"] = ValidationError(
            _("请写上文字稿：把视频里说的话写下来。")
        )
    return errors


def problem_of_captions(document: Any) -> str:
    """Why a caption file cannot be used, as a sentence; empty when it can."""
    try:
        with document.open_file() as opened:
            caption_files.parse(opened.read())
    except CaptionsRefusedError as error:
        return str(error)
    except OSError:
        return str(_("字幕文件打不开，请重新上传一次。"))
    return ""


class AudioBlock(StructBlock):
    """A recording with its transcript."""

    title = CharBlock(label=_("录音讲什么"), max_length=40)
    audio = AudioChooserBlock(label=_("录音"))
    transcript = PlainTextBlock(label=_("文字稿"), rows=6)

    class Meta:
        icon = "media"
        label = _("录音")
        description = _("一段录音，和它的文字稿。")
        template = "courses/blocks/audio.html"
        value_class = MediaStructValue
        preview_template = "courses/blocks/preview_media.html"
        preview_value = {
            "title": "听老师念一遍",
            "audio": None,
            "transcript": "从前，望塔脚下住着一位修灯的老人。",
        }
