"""What style sheets, templates and scripts of the site must not contain.

Old phones decide most of it: a browser of 2020 drops an unknown rule whole (UX-BRW-1).
The content security policy decides the rest.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(
    path for path in ROOT.glob("*/templates/**/*.html") if "var" not in path.parts
)
# Inside Wagtail's admin its own policy holds, which allows them.
ADMIN = {"wagtailadmin", "admin", "admin_people"}

FORBIDDEN_CSS = {
    "@layer: old phones drop the whole block": r"@layer\b",
    "@import: another request, and a late one": r"@import\b",
    "@font-face: no web font": r"@font-face\b",
    "an address outside": r"url\(\s*[\"']?(?:https?:)?//",
    "slanted letters": r"font-style:\s*(?:italic|oblique)",
    "justified text": r"text-align:\s*justify",
    "a logical shorthand": r"(?<![\w-])(?:padding|margin)-(?:block|inline)\s*:"
    r"|(?<![\w-])inset(?:-block|-inline)?\s*:|(?<![\w-])border-(?:block|inline)\s*:",
    "nested rules": r"(?<![\w-])&\s*[.:\[>]",
    "infinite motion": r"animation[^;}]*infinite",
}
FORBIDDEN_MARKUP = {
    "a style in the page": r"<style[\s>]",
    "a style on an element": r"<[^>{]*\sstyle\s*=",
    "a script in the page": r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/(?:ld\+)?json)"
    r"(?![^>]*type=.application/json)[^>]*>",
    "a handler on an element": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
    "a script address": r"(?:href|action|src)\s*=\s*[\"']\s*javascript:",
    "something of another host": r"<(?:script|img|iframe|link|video|audio|source)[^>]*"
    r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
    "a web font or stylesheet by import": r"@import\b",
}
FORBIDDEN_JS = {
    "optional chaining": r"[\w)\]]\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "logical assignment": r"(?:\|\||&&)=",
    "a private field": r"[.\s]#[a-z]\w*",
    "a number with underscores": r"\b\d+_\d+",
    "code from text": r"\beval\s*\(|new Function\b",
    "Chinese in the code: words come from the page": "[\u3400-\u9fff]",
    "another host": r"[\"'`](?:https?:)?//",
    "top-level await": r"^await\b",
    "replaceAll, at, structuredClone: newer than 2020": r"\.replaceAll\(|\.at\(|structuredClone\(",
}
# How Chinese numbers and dates are said aloud: grammar, not words of a page.
GRAMMAR = ("say_text.js",)
ADDED_BY_SCRIPT = {"innerHTML": r"\.(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML"}


def code(path: Path) -> str:
    """The file without its comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.S)
        return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"@supports[^{]*\{", "@supports{", text)  # asking is not using
    return re.sub(r"(?m)(?<![:\"'`])//.*$", "", text) if path.suffix == ".js" else text


def findings(paths: list[Path], forbidden: dict[str, str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {reason}: {match[0][:60]}"
        for path in paths
        for reason, pattern in forbidden.items()
        for match in re.finditer(pattern, code(path), re.M)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(SHEETS) >= 6
    assert len(SCRIPTS) >= 2
    assert len(TEMPLATES) >= 80


def test_style_sheets_are_plain() -> None:
    assert not findings(SHEETS, FORBIDDEN_CSS)


def test_pages_hold_no_style_and_no_script() -> None:
    public = [path for path in TEMPLATES if not ADMIN & set(path.parts)]
    assert not findings(public, FORBIDDEN_MARKUP)


def test_scripts_run_on_browsers_of_2020() -> None:
    found = findings(SCRIPTS, {**FORBIDDEN_JS, **ADDED_BY_SCRIPT})
    assert not [
        line
        for line in found
        if not ("Chinese" in line and line.partition(":")[0].endswith(GRAMMAR))
    ]


EXAMPLES = [
    ("a.css", "@layer base{a{color:red}}", FORBIDDEN_CSS),
    ("a.css", "a{background:url(//cdn.example/x.png)}", FORBIDDEN_CSS),
    ("a.css", "em{font-style:italic}", FORBIDDEN_CSS),
    ("a.css", "p{text-align:justify}", FORBIDDEN_CSS),
    ("a.css", "a{padding-block:4px}", FORBIDDEN_CSS),
    ("a.css", "a{inset:0}", FORBIDDEN_CSS),
    ("a.html", '<p style="color:red">', FORBIDDEN_MARKUP),
    ("a.html", '<a href="/" onclick="go()">', FORBIDDEN_MARKUP),
    ("a.html", "<script>go()</script>", FORBIDDEN_MARKUP),
    ("a.html", "<style>a{}</style>", FORBIDDEN_MARKUP),
    ("a.html", '<img src="https://example.org/a.png">', FORBIDDEN_MARKUP),
    ("a.js", "const a = b?.c;", FORBIDDEN_JS),
    ("a.js", "const a = b ?? c;", FORBIDDEN_JS),
    ("a.js", 'say("你好");', FORBIDDEN_JS),
    ("a.js", 'fetch("https://example.org/");', FORBIDDEN_JS),
]


@pytest.mark.parametrize(("name", "text", "forbidden"), EXAMPLES)
def test_the_lint_sees(
    name: str,
    text: str,
    forbidden: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert findings([tmp_path / name], forbidden)


def test_plain_css_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    sheet = tmp_path / "a.css"
    sheet.write_text("@supports not (inset:0){a{margin:4px;padding-left:4px}}")
    assert findings([sheet], FORBIDDEN_CSS) == []
