"""The English catalogue holds every string, is wholly translated and is compiled.

Read and compared by Python alone, so that the tests need no GNU gettext.
"""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

from core.language import holds_chinese
from core.management.commands.make_messages import IGNORED

ROOT = Path(settings.BASE_DIR)
SOURCE = ROOT / "locale/en/LC_MESSAGES/django.po"
COMPILED = SOURCE.with_suffix(".mo")
# Function → how many of its first arguments name the message: context, one, many.
CALLS = {
    "_": "i", "gettext": "i", "gettext_lazy": "i", "gettext_noop": "i",
    "ngettext": "ip", "ngettext_lazy": "ip", "pgettext": "ci", "pgettext_lazy": "ci",
    "npgettext": "cip", "npgettext_lazy": "cip",
}  # fmt: skip
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(
    rf"\b(_|n?p?gettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%%[sn]|%%")


class Message(NamedTuple):
    """What identifies a message."""

    context: str
    one: str
    many: str = ""


def read_catalogue() -> dict[Message, list[str]]:
    """Each message of the source with its translations; comments and header aside."""
    entries: dict[Message, list[str]] = {}
    for block in SOURCE.read_text(encoding="utf-8").split("\n\n"):
        assert not re.search(r"^#, .*fuzzy|^#~", block, re.MULTILINE), block
        texts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("msg"):
                key, _space, line = line.partition(" ")
                texts[key] = ""
            if line.startswith('"'):
                texts[key] += ast.literal_eval(line)
        if texts.get("msgid"):
            message = Message(
                texts.get("msgctxt", ""), texts["msgid"], texts.get("msgid_plural", "")
            )
            entries[message] = [
                text for name, text in texts.items() if name.startswith("msgstr")
            ]
    return entries


def messages_of_code(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            roles = CALLS.get(name, "")
            values = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if roles and len(values) >= len(roles):
                yield _message(roles, values)


def messages_of_template(path: Path) -> Iterator[Message]:
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for name, strings in _CALL.findall(code):
        values = [ast.literal_eval(one) for one in re.findall(_STRING, strings)]
        yield _message(CALLS[name], values)


def _message(roles: str, values: list[str]) -> Message:
    by_role = dict(zip(roles, values, strict=False))
    return Message(by_role.get("c", ""), by_role["i"], by_role.get("p", ""))


def messages_of_project() -> dict[Message, str]:
    """Every message of code and templates, with a file that has it."""
    found: dict[Message, str] = {}
    for path in sorted(ROOT.rglob("*")):
        place = path.relative_to(ROOT)
        if place.parts[0] in IGNORED or place.parts[0].startswith("."):
            continue
        if path.suffix == ".py":
            messages = messages_of_code(path)
        elif path.suffix in (".html", ".txt") and "templates" in place.parts:
            messages = messages_of_template(path)
        else:
            continue
        found.update((one, str(place)) for one in messages if one.one)
    return found


def test_every_string_of_the_project_is_in_the_catalogue() -> None:
    entries = read_catalogue()
    found = messages_of_project()
    assert len(found) > 1000
    missing = {one: place for one, place in found.items() if one not in entries}
    assert not missing, f"make messages, then translate: {missing}"
    # What no code says any more is no work for a translator.
    assert not set(entries) - set(found), "make messages"


def test_every_string_is_translated_without_a_chinese_character() -> None:
    for message, texts in read_catalogue().items():
        assert len(texts) == (2 if message.many else 1), message
        for text in texts:
            assert text, message
            assert not holds_chinese(text), message


def test_a_translation_keeps_the_placeholders_and_the_edges_of_lines() -> None:
    for message, texts in read_catalogue().items():
        wanted = set(_PLACEHOLDER.findall(message.one))
        for text in texts:
            assert set(_PLACEHOLDER.findall(text)) == wanted, (message, text)
            assert message.one.startswith("\n") == text.startswith("\n"), message
            assert message.one.endswith("\n") == text.endswith("\n"), message


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    """A fresh machine has no gettext: what it reads lies in the repository."""
    with COMPILED.open("rb") as file:
        compiled = dict(GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("")
    expected: dict[object, str] = {}
    for message, texts in read_catalogue().items():
        key = message.one
        if message.context:
            key = f"{message.context}\x04{message.one}"
        if message.many:
            expected |= {(key, number): text for number, text in enumerate(texts)}
        else:
            expected[key] = texts[0]
    assert compiled == expected, "make messages"


HAN_OUTSIDE = re.compile(
    r"\{%-?\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->"
    r"|\{%\s*blocktrans.*?endblocktrans(?:late)?\s*%\}|\{%\s*trans(?:late)?\b.*?%\}"
    r"|\b_\((?:\"[^\"]*\"|'[^']*')\)"
    # A seal bears a character, and a drawing grows from any word.
    r"|seal_character=\"[^\"]*\"|\{%\s*(?:seal|disc)\b.*?%\}"
    # The switch says each language in itself.
    r"|lang=\"zh-Hans\"[^>]*>[^<]*<",
    re.DOTALL,
)
# Shown by a server that can no longer ask for a translation; for developers alone.
NOT_TRANSLATED = ("500.html", "503.html", "busy.html", "core/component_page.html")


def test_no_template_says_chinese_past_gettext() -> None:
    wrong = {}
    folder = ROOT / "templates"
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".html", ".txt"):
            continue
        if str(path.relative_to(folder)) in NOT_TRANSLATED:
            continue
        rest = HAN_OUTSIDE.sub("", path.read_text(encoding="utf-8"))
        lines = [line.strip() for line in rest.splitlines() if holds_chinese(line)]
        if lines:
            wrong[str(path.relative_to(ROOT))] = lines
    assert not wrong


# They cut and spell Chinese content for a Chinese voice; they write nothing on a page.
READS_CHINESE_ALOUD = ("say.js", "say_text.js")


def test_no_script_holds_chinese() -> None:
    """A script says what its page gave it, so that it speaks the page's language."""
    comments = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
    for path in (ROOT / "static/js").rglob("*.js"):
        if path.name in READS_CHINESE_ALOUD:
            continue
        text = comments.sub("", path.read_text(encoding="utf-8"))
        assert not holds_chinese(text), path
