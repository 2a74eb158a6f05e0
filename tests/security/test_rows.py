"""Every row of the security review has a test that names it."""

import ast

import pytest
from django.conf import settings

ROWS = {
    "S-XSS": 6,
    "S-PRIV": 5,
    "S-IDOR": 4,
    "S-CSV": 1,
    "S-HOST": 1,
}
IDS = [
    f"{name}-{number}" for name, most in ROWS.items() for number in range(1, most + 1)
]


@pytest.fixture(scope="module")
def named():
    """What the docstrings of all tests say."""
    words = []
    for file in (settings.BASE_DIR / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words.append(ast.get_docstring(node) or "")
    return " ".join(words)


@pytest.mark.parametrize("row", IDS)
def test_a_test_names_it(named, row):
    assert row in named.replace(",", " ").replace(":", " ").split()
