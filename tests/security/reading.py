"""What of an answer would run, read as a browser reads it; nothing of it is executed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html

from tests.security.poison import MARK

ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcdoc"}
# What browsers leave out of a scheme before they look at it.
LEFT_OUT = re.compile(r"[\x00-\x20]")
RUNS = ("javascript:", "vbscript:", "data:")
HTML = re.compile(r"<[a-z!/]", re.IGNORECASE)


def body_of(response: Any) -> bytes:
    if response.streaming:
        return b"".join(response.streaming_content)
    return bytes(response.content)


def dangers(response: Any) -> list[str]:
    """What would run in the answer, of whatever type it is; empty is well."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    raw = body_of(response)
    if kind == "text/html":
        return in_html(raw.decode())
    if kind == "application/json":
        return [one for text in _texts(json.loads(raw)) for one in in_html(text)]
    if kind.endswith(("+xml", "/xml")):
        return [_said(one) for one in _tree(raw).iter() if _runs(one)]
    # Not a page: whatever it holds, a browser must not take it for one.
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        return [f"{kind} may be taken for a page"]
    return []


def _tree(raw: bytes) -> Any:
    # A sheet of icons is no XML for itself.
    return lxml.etree.fromstring(raw, lxml.etree.XMLParser(recover=True))


def in_html(text: str) -> list[str]:
    """What would run in a page or a part of one."""
    if not HTML.search(text):
        return []
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml.html.document_fromstring(text.encode(), parser=parser)
    return [_said(one) for one in root.iter() if _runs(one)]


def _texts(value: Any) -> Iterator[str]:
    """Parts of JSON that a script of the admin puts into its page as HTML."""
    if isinstance(value, dict):
        for key, one in value.items():
            # The words of a dialogue. Everything else is data, and set as text.
            if isinstance(one, str) and key == "html":
                yield one
            elif not isinstance(one, str):
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _runs(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    tag = element.tag.rpartition("}")[2].lower()
    if tag in ("script", "style") and MARK in (element.text or ""):
        # JSON for a script is data: Django writes it without a single «<».
        return "json" not in element.get("type", "") or "<" in element.text
    return any(_is_bad(tag, str(name), text) for name, text in element.attrib.items())


def _is_bad(tag: str, name: str, value: str) -> bool:
    name = name.rpartition("}")[2].lower()
    if MARK in name or (MARK in value and (name.startswith("on") or name == "style")):
        return True
    address = LEFT_OUT.sub("", value).lower() if name in ADDRESSES else ""
    # A picture runs nothing, whatever it is.
    return address.startswith(RUNS) and not (
        tag == "img" and address.startswith("data:image/")
    )


def _said(element: Any) -> str:
    return lxml.etree.tostring(element, encoding="unicode", with_tail=False)[:200]


def look(response, wrong, address):
    """Note what would run, in the page or in what leads to another."""
    wrong += [(address, one) for one in dangers(response)]
    if response.status_code >= 500:
        wrong.append((address, response.status_code))
