"""A school in a list, as the values of a piece (`core.pieces`)."""

from typing import NamedTuple

from django.http import HttpRequest

from core.pictures import Picture, picture_of
from core.pieces import piece
from core.site_facts import address_at
from schools.models import SchoolPage

PICTURE = "fill-640x480|format-webp"


@piece("components/school_card.html")
class SchoolCard(NamedTuple):
    """All that is said of a school in a list."""

    href: str
    title: str
    address: str
    opening_hours: str
    picture: Picture | None


def card_of(school: SchoolPage, request: HttpRequest | None = None) -> SchoolCard:
    """The card of a school."""
    return SchoolCard(
        href=address_at(school.url_path, request),
        title=school.title,
        address=school.address,
        opening_hours=school.opening_hours,
        picture=picture_of(school.lead_image, PICTURE),
    )
