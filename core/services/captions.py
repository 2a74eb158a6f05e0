"""Captions: whatever a teacher's software wrote becomes clean WebVTT.

Three steps. The bytes are decoded (UTF-8, UTF-16, UTF-32, GB18030). The lines are
brought into the one strict form of WebVTT, whether they came as WebVTT, SRT or SBV, with
the full-width digits and colons of a Chinese input method or without; here alone are
line numbers known, so here a wrong time is refused by its line. Then webvtt-py reads
the blocks. What comes out holds times and plain text only: no markup, no styles, no
regions, no comments, so nothing in it can run or be asked of another host.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

import webvtt
from django.utils.translation import gettext as _
from webvtt.models import Timestamp

from core.exceptions import CaptionsRefusedError
from core.services.caption_encodings import decode

# Full-width signs are what Chinese input methods type; only time lines are so changed.
_NARROW = str.maketrans("０１２３４５６７８９：，．。－＞　\t", "0123456789:,..->  ")
_ARROW = r"(?:-{1,3}\s?>|[—–]{1,2}\s?>|→)"
_TIMED = re.compile(rf"^\s*(\S+?)\s*{_ARROW}\s*(\d\S*)(?:\s.*)?$")
# A line that is meant to be a time: a digit, a colon or stop, digits, and an arrow.
_MEANT_AS_TIME = re.compile(rf"^\s*\d+\s*[:.;]\s*[\d:.,;\s]*\S?[\d:.,;\s]*{_ARROW}")
# The standard fixes the number of digits, and browsers show nothing where it is wrong.
_VTT_CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{2,4}):(\d{2})[.,](\d{3})(?!\d)")
_SRT_CLOCK = re.compile(
    r"(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{3}))?(?![\d:.,])"
)
_SBV_TIMES = re.compile(
    r"^\s*(\d+:\d{2}:\d{2}\.\d{3})\s*,\s*(\d+:\d{2}:\d{2}\.\d{3})\s*$"
)
_SBV_MEANT_AS_TIME = re.compile(r"^\s*\d+:\d{1,2}:[^\s,]+\s*,\s*\d+:\d")
_SIGNATURE = re.compile(r"WEBVTT(?=[ \t\n]|$)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|<[!?][^<>]*>")
# Positions and effects of subtitle software that SRT files carry along.
_SRT_EFFECT = re.compile(r"\{\\[^{}]*\}|\{[A-Za-z]:[^{}]*\}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# Tags hide in tags («<v <script>»); nobody nests deeper than this, and each level is one
# more pass over the text.
_TAG_PASSES = 8
_BREAK = re.compile("\n")
_EMPTY_TEXT = "<c></c>"


@dataclass(frozen=True)
class Cue:
    """One caption: from and to in milliseconds, and plain text of one or more lines."""

    start_ms: int
    end_ms: int
    text: str


def parse(raw: bytes) -> list[Cue]:
    """The captions of a WebVTT, SRT or SBV file, in order of their start.

    Cues without text are left out. In WebVTT a cue of no length stays, as in the
    standard, though no player shows it; in SRT it hides data and is left out.

    Raises:
        CaptionsRefusedError: no such file, or a time in it is wrong; the message says
            in which line and what to do.
    """
    text = _CONTROL.sub("", decode(raw).replace("\r\n", "\n").replace("\r", "\n"))
    is_vtt = bool(_SIGNATURE.match(text))
    strict = webvtt.from_string("\n".join(_canonical_lines(text, is_vtt=is_vtt)))
    cues = [
        Cue(
            Timestamp.from_string(one.start).in_milliseconds(),
            Timestamp.from_string(one.end).in_milliseconds(),
            _plain(one.raw_text, is_vtt=is_vtt),
        )
        for one in strict.captions
        if one.raw_text.strip()
    ]
    if not is_vtt:
        cues = [cue for cue in cues if cue.end_ms > cue.start_ms and cue.text]
    if not any(cue.text for cue in cues):
        raise CaptionsRefusedError(_no_cues())
    # The standard wants cues by their start; players seek wrongly where they are not.
    return sorted(cues, key=lambda cue: cue.start_ms)


def to_webvtt(raw: bytes) -> str:
    """Clean WebVTT made of an uploaded caption file.

    Raises:
        CaptionsRefusedError: as `parse`.
    """
    return webvtt_of(parse(raw))


def webvtt_of(cues: Iterable[Cue]) -> str:
    """A WebVTT file of these cues, with the signs `&`, `<` and `>` escaped."""
    blocks = [
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n"
        f"{html.escape(cue.text, quote=False)}"
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def transcript_of(cues: Iterable[Cue]) -> str:
    """What the captions say, one line a cue, for those who read instead of listening.

    Cues that no player shows are left out, and so is a line that repeats the one
    before it, as captions do that roll upwards.
    """
    lines: list[str] = []
    for cue in cues:
        line = _BREAK.sub(_joint, cue.text)
        if line and cue.end_ms > cue.start_ms and line not in lines[-1:]:
            lines.append(line)
    return "\n".join(lines)


def _joint(broken: re.Match[str]) -> str:
    """What stands for a line break: nothing beside Chinese, else a space."""
    beside = broken.string[broken.start() - 1], broken.string[broken.end()]
    return "" if any(east_asian_width(sign) in "WF" for sign in beside) else " "


def _canonical_lines(text: str, *, is_vtt: bool) -> Iterator[str]:
    lines = [line if line.strip() else "" for line in text.split("\n")]
    if is_vtt:
        return _of_vtt(lines)
    first = next((line for line in lines if line), "")
    if _says_webvtt(first):
        raise CaptionsRefusedError(
            _(
                "文件的第一行要从 WEBVTT 开始，它前面不能有空行、空格，后面不能紧跟别的字。"
                "请改好第一行，再上传。"
            )
        )
    if _SBV_MEANT_AS_TIME.match(first):
        return _of_sbv(lines)
    return _of_srt(lines)


def _of_vtt(lines: list[str]) -> Iterator[str]:
    if len(lines) > 1 and _times(lines[1], _VTT_CLOCK, 2):
        raise CaptionsRefusedError(
            _("请在第 1 行 WEBVTT 的下面空一行，再写第一句的时间。")
        )
    yield "WEBVTT"
    follows_time = False
    for number, line in enumerate(lines[1:], start=2):
        times = _times(line, _VTT_CLOCK, number)
        if times and follows_time:
            yield _EMPTY_TEXT  # a cue without text, as the standard reads it
        follows_time = bool(times)
        # An arrow within a text would begin a new cue.
        yield times or line.replace("-->", "--&gt;")


def _of_srt(lines: list[str]) -> Iterator[str]:
    """SRT has no signature: a cue begins where a time is, with or without its number."""
    timed = {
        index: times
        for index, line in enumerate(lines)
        if (times := _times(line, _SRT_CLOCK, index + 1))
    }
    if not timed:
        raise CaptionsRefusedError(_no_cues())
    first = min(timed)
    is_numbered = first > 0 and _is_number(lines[first - 1])
    if not is_numbered and "," not in lines[first].translate(_NARROW):
        raise CaptionsRefusedError(
            _(
                "文件的第一行缺少 WEBVTT。请在最上面加一行 WEBVTT，再空一行；"
                "或者存成 .srt 文件，再上传。"
            )
        )
    yield "WEBVTT"
    for index in range(first, len(lines)):
        if index in timed:
            yield from ("", timed[index])
        elif is_numbered and index + 1 in timed and _is_number(lines[index]):
            continue
        elif lines[index]:
            yield lines[index].replace("-->", "--&gt;")


def _of_sbv(lines: list[str]) -> Iterator[str]:
    yield "WEBVTT"
    for number, line in enumerate(lines, start=1):
        found = _SBV_TIMES.match(line)
        if found:
            start, end = (_read_clock(one, _VTT_CLOCK) for one in found.groups())
            yield from ("", _time_line(start, end, number, line))
        elif _SBV_MEANT_AS_TIME.match(line):
            raise CaptionsRefusedError(_wrong_time(number, line))
        elif line:
            yield line.replace("-->", "--&gt;")


def _times(line: str, clock: re.Pattern[str], number: int) -> str:
    """The time line in its strict form; empty where the line is none.

    Raises:
        CaptionsRefusedError: the line is meant as a time and is not right.
    """
    narrow = line.translate(_NARROW)
    found = _TIMED.match(narrow)
    start = _read_clock(found[1], clock, whole=True) if found else None
    end = _read_clock(found[2], clock) if found else None
    if start is None or end is None:
        if _MEANT_AS_TIME.match(narrow) and ("-->" in narrow or ":" in narrow):
            raise CaptionsRefusedError(_wrong_time(number, line))
        return ""
    return _time_line(start, end, number, line)


def _time_line(start: int | None, end: int | None, number: int, line: str) -> str:
    if start is None or end is None:
        raise CaptionsRefusedError(_wrong_time(number, line))
    if end < start:
        raise CaptionsRefusedError(
            _("第 %(number)s 行：这句话结束的时间比开始的时间还早。请改好再上传。")
            % {"number": number}
        )
    return f"{_clock(start)} --> {_clock(end)}"


def _read_clock(
    text: str, clock: re.Pattern[str], *, whole: bool = False
) -> int | None:
    """Milliseconds; None where the text is no time. Settings may follow unless `whole`."""
    found = clock.fullmatch(text) if whole else clock.match(text)
    if found is None:
        return None
    hours, minutes, seconds, ms = (int(part or 0) for part in found.groups())
    if minutes > 59 or seconds > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{ms:03d}"


def _plain(text: str, *, is_vtt: bool) -> str:
    """Text without markup and with its entities read; empty lines are left out."""
    if not is_vtt:
        text = _SRT_EFFECT.sub("", text)
        text = re.sub(r"(?<![A-Za-z0-9:\\])\\N", "\n", text)
    for _pass in range(_TAG_PASSES):
        text, found = _TAG.subn("", text)
        if not found:
            break
    text = _CONTROL.sub("", html.unescape(text))
    return "\n".join(line for one in text.split("\n") if (line := one.strip(" \t")))


def _is_number(line: str) -> bool:
    return line.translate(_NARROW).strip().isdecimal()


def _says_webvtt(line: str) -> bool:
    narrow = "".join(
        chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in line
    )
    return narrow.strip().upper().startswith("WEBVTT")


def _no_cues() -> str:
    return _(
        "这个文件里没有找到带时间的字幕。请上传 .srt 或 .vtt 文件，"
        "每句前面要有像 00:00:01,000 --> 00:00:04,000 这样的时间。"
    )


def _wrong_time(number: int, line: str) -> str:
    return _(
        "第 %(number)s 行的时间写得不对：%(line)s。请改成像 "
        "00:00:01,000 --> 00:00:04,000 这样（毫秒写三位），再上传。"
    ) % {"number": number, "line": line.strip()[:60]}
