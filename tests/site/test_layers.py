"""Layers: an app knows those below it alone (design: apps, lowest first)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = [
    "core", "accounts", "schools", "attendance", "courses", "learning", "activities", "news", "search",
    "home", "health", "demo",
]  # fmt: skip
SOURCES = [
    path
    for app in LAYERS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]
MODEL_STRING = re.compile(
    r"""(?:ForeignKey|ManyToManyField|OneToOneField|get_model|ParentalKey|
    ParentalManyToManyField)\(\s*["'](\w+)[.\w"', ]""",
    re.VERBOSE,
)


def layer(app: str) -> int:
    return LAYERS.index(app)


def app_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def test_no_app_names_an_app_above_it_in_an_import():
    upward = []
    for path in SOURCES:
        own = layer(app_of(path))
        for line in path.read_text("utf-8").splitlines():
            found = re.match(r"\s*(?:from|import) (\w+)", line)
            if found and found[1] in LAYERS and layer(found[1]) > own:
                upward.append(f"{path.relative_to(ROOT)}: {line.strip()}")
    assert upward == []


def test_no_model_names_an_app_above_it_in_a_string():
    upward = []
    for path in SOURCES:
        own = layer(app_of(path))
        for app in MODEL_STRING.findall(path.read_text("utf-8")):
            if app in LAYERS and layer(app) > own:
                upward.append(f"{path.relative_to(ROOT)}: {app}")
    assert upward == []


def test_a_template_loads_tags_of_its_own_app_or_of_those_below():
    libraries = {
        library.stem: app
        for app in LAYERS
        for library in (ROOT / app).glob("templatetags/*.py")
        if library.stem != "__init__"
    }
    upward = []
    for path in (ROOT / "templates").rglob("*.html"):
        folder = path.relative_to(ROOT / "templates").parts[0]
        if folder not in LAYERS:
            continue
        for names in re.findall(r"{% load ([\w ]+) %}", path.read_text("utf-8")):
            for name in names.split():
                app = libraries.get(name)
                if app and layer(app) > layer(folder):
                    upward.append(f"{path.relative_to(ROOT)}: {name}")
    assert upward == []


@pytest.mark.parametrize("name", ["utils.py", "helpers.py"])
def test_no_module_is_a_drawer(name):
    assert [str(p) for p in SOURCES if p.name == name] == []


def test_the_product_needs_nothing_outside_its_own_folder():
    for path in [*SOURCES, ROOT / "dev.py", ROOT / "Makefile"]:
        text = path.read_text("utf-8")
        assert "/work/" not in text, path
        assert "../shared" not in text, path
