"""Reading the demo's data files."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

DATA = Path(__file__).resolve().parent.parent / "data"
MEDIA = Path(__file__).resolve().parent.parent / "media"


@cache
def street() -> dict[str, Any]:
    """The street: schools, people, courses' heads, news."""
    found: dict[str, Any] = json.loads((DATA / "street.json").read_text("utf-8"))
    return found


def course_content(course_id: str) -> dict[str, Any]:
    """The lessons of a course as they were written."""
    path = DATA / "courses" / f"{course_id}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def media_scripts() -> dict[str, Any]:
    """What is said in the demo's videos and recording."""
    found: dict[str, Any] = json.loads((DATA / "media_lessons.json").read_text("utf-8"))
    return found


def block_id(*parts: object) -> str:
    """The same id for the same block at every load: progress hangs on it."""
    return str(uuid5(NAMESPACE_URL, "demo/" + "/".join(str(part) for part in parts)))


@cache
def run_plans() -> list[dict[str, Any]]:
    """The classes with dates: when, where, how many seats, how full."""
    found: list[dict[str, Any]] = json.loads((DATA / "runs.json").read_text("utf-8"))
    return found


@cache
def publicity() -> dict[str, Any]:
    """The outlets, and the stories that were offered to them."""
    found: dict[str, Any] = json.loads((DATA / "publicity.json").read_text("utf-8"))
    return found


@cache
def brands() -> list[dict[str, Any]]:
    """What each school is known for."""
    found: dict[str, Any] = json.loads((DATA / "brands.json").read_text("utf-8"))
    lines: list[dict[str, Any]] = found["brands"]
    return lines
