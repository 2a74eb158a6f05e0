"""English in a page of the admin: what a person reads, hears or finds on a button.

Looked at are texts, the attributes that are read out or shown, the same in the HTML that
pages carry for their scripts, and every sentence that the code asked the catalogues for
and got back in English.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Comment, Declaration, Doctype
from django.urls import Resolver404, resolve
from django.utils.translation.trans_real import DjangoTranslation
from wagtail.models import Page

SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description", "label")
# Words that a Chinese page may show, as people here say them.
ALLOWED = {
    "CSV", "GB", "HTML", "ICP", "ID", "JSON", "JavaScript", "KB", "MB", "PDF", "RSS", "URL",
    "UTC", "Wagtail", "XLSX",
    # File kinds, keys of a keyboard, and the other language in its own words.
    "AVIF", "DOCX", "GIF", "HEIC", "JPEG", "JPG", "MP", "ODT", "PNG", "PPTX", "SRT",
    "TSV", "TXT", "VTT", "WEBP", "WebP", "Alt", "Ctrl", "Enter", "Esc", "Shift",
    "English",
}  # fmt: skip
WORD = re.compile(r"[A-Za-z]{2,}")
# Addresses, e-mail addresses, paths, file names, and names in code such as `site_admin`.
NO_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|\S+\.(?:mp4|png|txt)\b|(?<!\w)/[\w\-./]*|[a-z]\w*\.[a-z]\w+|\w+_\w+"
)
SILENT = ("script", "style", "svg", "code", "noscript")


def english_in(answer: str, content: str = "(?!)") -> set[str]:
    """The pieces of an answer in which English words stand.

    Args:
        answer: HTML, a whole page or a fragment, or JSON with HTML in it.
        content: regular expression of what comes from the test's own rows.
    """
    is_json = answer.lstrip()[:1] in ("{", "[")
    pieces = _pieces_of_json(answer) if is_json else _pieces(answer)
    return {piece for piece in set(pieces) if _words(re.sub(content, " ", piece))}


def _words(piece: str) -> set[str]:
    return set(WORD.findall(NO_WORDS.sub(" ", piece))) - ALLOWED


def _pieces(page: str) -> Iterator[str]:
    soup = BeautifulSoup(page, "html.parser")
    for element in soup.find_all(True):
        if "json" in str(element.get("type", "")):
            yield from _pieces_of_json(element.string or "")
        yield from _pieces_of_attributes(element)
    for text in soup.find_all(string=True):
        if isinstance(text, Comment | Declaration | Doctype):
            continue
        if not any(_is_silent(parent) for parent in text.parents):
            yield " ".join(text.split())


def _pieces_of_attributes(element: Any) -> Iterator[str]:
    for name, value in element.attrs.items():
        if name in SPOKEN or _is_button(element, name):
            yield " ".join(str(value).split())
        elif name.startswith("data-") and value[:1] in ("{", "["):
            yield from _pieces_of_json(value)


def _is_silent(element: Any) -> bool:
    # A counter that has nothing to count yet; a script fills it and shows it.
    is_counter = element.has_attr("data-side-panel-toggle-counter")
    return element.name in SILENT or (is_counter and element.has_attr("hidden"))


def _is_button(element: Any, attribute: str) -> bool:
    is_input = element.name == "input" and attribute == "value"
    return is_input and element.get("type") in ("submit", "button", "reset")


def _pieces_of_json(text: str) -> Iterator[str]:
    try:
        pending = [json.loads(text)]
    except ValueError:
        return
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, str) and "<" in value:
            yield from _pieces(value)
        elif isinstance(value, str) and _is_sentence(value):
            yield value


def _is_sentence(text: str) -> bool:
    """Single words in JSON are mostly names in code; a sentence has a capital and blanks."""
    return bool(re.match(r"[A-Z][a-z]+ [a-z]+ ", text + " "))


@contextmanager
def untranslated(asked: set[str]) -> Iterator[None]:
    """While it lasts, gather what the Chinese catalogue answers in English."""
    original = DjangoTranslation.gettext, DjangoTranslation.ngettext

    def gettext(self: Any, message: str) -> str:
        answer = original[0](self, message)
        _note(self, message, answer, asked)
        return answer

    def ngettext(self: Any, one: str, many: str, number: int) -> str:
        answer = original[1](self, one, many, number)
        if answer in (one, many):
            _note(self, one, one, asked)
        return answer

    DjangoTranslation.gettext, DjangoTranslation.ngettext = gettext, ngettext
    try:
        yield
    finally:
        DjangoTranslation.gettext, DjangoTranslation.ngettext = original


def _note(catalogue: Any, message: str, answer: str, asked: set[str]) -> None:
    is_chinese = catalogue.to_language() == "zh-hans"
    plain = re.sub(r"%\(\w+\)[a-z]|<[^>]*>|\{\w*\}", " ", message)
    has_chinese = re.search(r"[\u4e00-\u9fff]", message)
    if is_chinese and answer == message and not has_chinese and _words(plain):
        asked.add(message)


def addresses_in(page: str) -> set[str]:
    """Addresses of the admin anywhere in a page, also in what its scripts are told."""
    return set(re.findall(r"/admin/[\w\-./]*", html.unescape(page)))


# --- The walk ------------------------------------------------------------------

# What comes from the rows of the tests and from names in the code.
CONTENT = (
    r"role:\S+|school-[ab]|localhost|Asia/\S+"
    r"|(?<![A-Za-z])(?:centre|editor|director)(?![A-Za-z])"
)
# Pictures, scripts, what only a script asks for, and the ways out.
PASSED_BY = re.compile(
    r"_results$|logout|sprite|javascript_catalog|preview|wagtailadmin_api|^wagtail_serve"
)
# Asked for every type of page; the others are the same page for each type.
OF_EVERY_TYPE = {
    "wagtailadmin_pages:add", "wagtailadmin_pages:edit", "wagtailadmin_explore"
}  # fmt: skip


def kind_of(address: str) -> tuple[str, str]:
    """The name of the route, and the type of its page where each type has its own."""
    match = resolve(urlsplit(address).path)
    numbers = [*match.args, *match.kwargs.values()]
    if match.view_name == "wagtail_bulk_action":
        return match.view_name, str(match.kwargs)
    if match.view_name not in OF_EVERY_TYPE:
        return match.view_name, ""
    if match.view_name == "wagtailadmin_pages:add":
        return match.view_name, str(numbers[1])
    page = Page.objects.filter(pk=numbers[0]).first()
    return match.view_name, page.specific_class.__name__ if page else ""


def walk(client: Any, points: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Ask for one page of each kind: English pieces and where, and the routes seen."""
    pending, tried = list(points), set()
    seen: dict[tuple[str, str], int] = {}
    found: dict[str, str] = {}
    asked: set[str] = set()
    with untranslated(asked):
        while pending:
            address = pending.pop(0)
            try:
                kind = kind_of(address)
            except Resolver404:
                continue
            if kind in seen or address in tried or PASSED_BY.search(kind[0]):
                continue
            tried.add(address)
            response = client.get(address)
            if response.status_code in (403, 404):
                continue
            if response.status_code in (301, 302):
                pending.append(urlsplit(response["Location"]).path)
                continue
            seen[kind] = response.status_code
            if response.get("Content-Type", "").startswith(("text/html", "app")):
                text = response.content.decode()
                pending += sorted(addresses_in(text))
                english = english_in(text, CONTENT) | {f"_({one})" for one in asked}
                for piece in english - set(found):
                    found[piece] = address
    return found, {name for (name, _), code in seen.items() if code == 200}
