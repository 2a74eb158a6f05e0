"""Drawing a QR code on the server, as SVG: no picture library, no script, no service."""

from base64 import b64encode
from itertools import groupby

import qrcode
from qrcode.image.svg import SvgPathFillImage

# Four modules of white around it, as the standard asks.
QUIET_ZONE = 4


def qr_data_uri(text: str) -> str:
    """The code of `text` as an address for <img>, black on white in every theme.

    Error correction M (15 %), as on a screen nothing gets torn or dirty.
    """
    svg = _code_of(text).make_image(image_factory=SvgPathFillImage).to_string()
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def qr_path(text: str) -> tuple[str, int]:
    """The code of `text` as the path of a drawing, and how many modules wide it is.

    For drawings of our own: one square of side 1 a dark module, rows drawn as runs, the
    quiet zone left to whoever places it.
    """
    rows = _code_of(text).get_matrix()
    inside = [row[QUIET_ZONE:-QUIET_ZONE] for row in rows[QUIET_ZONE:-QUIET_ZONE]]
    parts = []
    for y, row in enumerate(inside):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(parts), len(inside)


def _code_of(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE
    )
    code.add_data(text)
    return code
