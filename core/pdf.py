"""Making a PDF of a page of our own, where the system's libraries for it are there.

WeasyPrint needs Pango, a Debian package. Where it is missing nothing breaks: who asks is
told, and the print view of the same page serves.
"""

from functools import cache
from threading import Lock
from typing import Any

from PIL import ImageFile

from core.exceptions import MissingGlyphError, PdfUnavailableError

# One page without margins is one sheet: what is drawn has its own.
SHEETS = "@page{size:A4;margin:0}body{margin:0}svg.cert{display:block;width:210mm;height:297mm}"
# Pango's font maps are not made for several threads at once.
_turn = Lock()


@cache
def unavailable_reason() -> str:
    """Why no PDF can be made on this machine; empty where it can."""
    # The library makes Pillow take cut pictures for whole ones, in the whole process;
    # uploads are refused for being cut.
    takes_cut_ones = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        return str(error)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = takes_cut_ones
    return ""


def render_pdf(html: str) -> bytes:
    """The PDF of an HTML document that needs no other file.

    Characters are embedded; one that no font of the machine has is an error, not a box.

    Raises:
        PdfUnavailableError: the libraries are missing.
        MissingGlyphError: a character has no glyph.
    """
    if reason := unavailable_reason():
        raise PdfUnavailableError(reason)
    with _turn:
        weasyprint, fonts, sheets, fetcher = _tools()
        document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=[sheets]
        )
        pdf: bytes = document.write_pdf()
        missing = {one for font in document.fonts.values() for one in font.missing}
    if missing:
        raise MissingGlyphError("".join(chr(one) for one in sorted(missing)))
    return pdf


@cache
def _tools() -> tuple[Any, Any, Any, Any]:
    """The library, and one font configuration and style sheet for the whole process.

    Made anew for each document they grow by megabytes that are never given back. The
    fetcher fetches nothing: a document holds all that it shows.
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    sheets = weasyprint.CSS(string=SHEETS, font_config=fonts)
    return weasyprint, fonts, sheets, URLFetcher(allowed_protocols={"data"})
