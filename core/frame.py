"""What stands around every page, as pieces (`core.pieces`): header, help, footer, bar."""

from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from core.pieces import Html, html_of, piece

SECTIONS = ("/", "/courses/", "/schools/", "/news/", "/learn/")
# Of these schools have their own: a course stands under its school.
SECTIONS_OF_SCHOOLS = ("courses", "news", "schools")
# The address that a visitor came by is among their values, and may be anything.
KEPT = 50


class Place(NamedTuple):
    """Which section is marked: it is the page itself, or the page belongs to it."""

    section: str
    is_page: bool


def place_of(path: str) -> Place:
    """The section of a page at that address; of none, an empty one.

    A course stands under its school (`/schools/x/courses/y/`) and belongs to 课程: the
    last section that the address names is the one that is marked. The desk has courses
    of its own and belongs to none.
    """
    if path in SECTIONS:
        return Place(path, True)
    first, *_rest = parts = path.strip("/").split("/")
    if first == "desk":
        return Place("", False)
    named = [part for part in parts if part in SECTIONS_OF_SCHOOLS]
    section = f"/{named[-1] if named else first}/"
    return Place(section if section in SECTIONS else "", False)


@piece("components/header.html", kept=KEPT)
class Header(NamedTuple):
    """The seal and the name, the sections, 长辈版, and the way in."""

    name: str
    place: Place
    # Where one comes back to from the choice of sizes.
    address: str
    is_elder: bool
    is_signed_in: bool


@piece("components/bottom_bar.html", kept=KEPT)
class BottomBar(NamedTuple):
    """Four named ways at the bottom of a phone."""

    place: Place


@piece("components/footer.html", kept=KEPT)
class Footer(NamedTuple):
    """Statements, language, contrast, account, organiser, filing numbers."""

    address: str
    is_signed_in: bool
    # What the apps above add to the list of links.
    more: Html
    organiser: str
    operator: str
    icp_no: str
    police_no: str


@piece("components/help_strip.html")
class HelpStrip(NamedTuple):
    """Whom one can ask: the site's line, and the school that is nearest to the page."""

    hours: str
    phone: str
    school: str
    school_phone: str


def header_of(request: Any, settings: Any, display: Any) -> Header:
    """The header of the answer to a request; a page that is drawn for none has one too."""
    return Header(
        name=getattr(settings, "name", ""),
        place=place_of(getattr(request, "path", "")),
        address=request.get_full_path() if request else "",
        is_elder=bool(getattr(display, "is_elder", False)),
        is_signed_in=bool(request and request.user.is_authenticated),
    )


def bottom_bar_of(request: Any) -> BottomBar:
    """The bar of the answer to a request."""
    return BottomBar(place_of(getattr(request, "path", "")))


def footer_of(request: Any, settings: Any, more: SafeString) -> Footer:
    """The footer of the answer to a request; `more` are links as list items."""
    return Footer(
        address=request.get_full_path() if request else "",
        is_signed_in=bool(request and request.user.is_authenticated),
        more=html_of(more),
        organiser=getattr(settings, "organiser", ""),
        operator=getattr(settings, "operator", ""),
        icp_no=getattr(settings, "icp_no", ""),
        police_no=getattr(settings, "police_no", ""),
    )


def help_strip_of(settings: Any, school: Any) -> HelpStrip:
    """The help strip, of the same place on every page (WCAG 3.2.6)."""
    phone = getattr(school, "phone", "")
    return HelpStrip(
        hours=getattr(settings, "help_hours", ""),
        phone=getattr(settings, "help_phone", ""),
        school=school.title if phone else "",
        school_phone=phone,
    )
