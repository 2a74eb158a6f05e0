"""Which encoding a caption file is in: its mark tells, else its bytes do."""

from django.utils.translation import gettext as _

from core.exceptions import CaptionsRefusedError

MAX_BYTES = 2 * 1024 * 1024
# The longest marks first: that of UTF-16 is the beginning of that of UTF-32.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_UTF8_MARK = b"\xef\xbb\xbf"
# Of the signs beyond ASCII, how many must be common ones before we call it Chinese.
# Simplified text reaches 1.0, traditional text in GB18030 0.67; Big5 taken for GB18030
# stays under 0.4, Japanese at 0.
_COMMON_SHARE = 0.5


def decode(raw: bytes) -> str:
    """The text of a caption file, without its byte order mark.

    Raises:
        CaptionsRefusedError: too large (2 MB), or none of UTF-8, UTF-16, UTF-32 and
            GB18030: wrongly read signs are never shown.
    """
    if len(raw) > MAX_BYTES:
        raise CaptionsRefusedError(
            _("字幕文件太大了(超过 2 兆)。请确认选的是字幕,不是视频。")
        )
    if raw.startswith(_UTF8_MARK):
        return _marked_utf8(raw[len(_UTF8_MARK) :])
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strict(raw[len(mark) :], encoding)
    if b"\0" in raw:
        return _strict(raw, _unmarked_wide(raw))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _gb18030(raw)


def _marked_utf8(raw: bytes) -> str:
    """The mark is believed: a byte that broke on its way costs one sign, not the file."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return _gb18030(raw)  # software that puts the mark before anything
    except CaptionsRefusedError:
        return raw.decode("utf-8", errors="replace")


def _unmarked_wide(raw: bytes) -> str:
    """Where the zero bytes of digits and colons stand tells width and order."""
    zeros = [raw[place::4].count(0) for place in range(4)]
    if zeros[1] and zeros[2] and zeros[3] and zeros[0] < zeros[2]:
        return "utf-32-le"
    if zeros[0] and zeros[1] and zeros[2] and zeros[3] < zeros[1]:
        return "utf-32-be"
    return "utf-16-le" if zeros[1] + zeros[3] > zeros[0] + zeros[2] else "utf-16-be"


def _gb18030(raw: bytes) -> str:
    text = _strict(raw, "gb18030")
    beyond = [sign for sign in text if ord(sign) > 127]
    common = sum(map(_is_common, beyond))
    if common < len(beyond) * _COMMON_SHARE:
        raise CaptionsRefusedError(_not_text())
    return text


def _is_common(sign: str) -> bool:
    """Whether it is a symbol or one of the 3,755 first-level characters of GB 2312."""
    try:
        first = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= first <= 0xA9 or 0xB0 <= first <= 0xD7


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise CaptionsRefusedError(_not_text()) from error


def _not_text() -> str:
    return _(
        "读不懂这个字幕文件的文字编码。请在电脑上用记事本打开它,"
        "另存为 UTF-8 编码,再上传。"
    )
