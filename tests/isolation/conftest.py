"""The street of two schools, with its files in a folder of the test."""

from pathlib import Path
from typing import Any

import pytest

from tests.isolation.school import Street, make_street


@pytest.fixture
def street(db: Any, settings: Any, tmp_path: Path) -> Street:
    settings.STAFF_SECOND_FACTOR = False
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    settings.UPLOAD_PARTS_ROOT = tmp_path / "parts"
    return make_street()
