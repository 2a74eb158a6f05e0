"""Our own thirty queries, asked of the demo street's database.

    python bench/search_own.py        # the instance that the settings name, demo loaded

`bench/search_own.json` has each query with the titles that answer it; all of them must be
among the first ten, and one of them first. `tests/search/test_own_queries.py` asks them
in the suite.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "bench" / "search_own.json"


def read_queries() -> list[dict[str, Any]]:
    """The queries with their expected titles."""
    rows: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return rows


def judge(row: dict[str, Any]) -> tuple[float, float]:
    """Recall@10 and the inverse of the place of the first right answer."""
    from wagtail.models import Page

    titles = [page.title for page in Page.objects.live().search(row["query"])[:10]]
    right = [title in row["expected"] for title in titles]
    first = next((1 / place for place, ok in enumerate(right, 1) if ok), 0.0)
    return sum(right) / len(row["expected"]), first


def main() -> int:
    """Print each query that misses, and the means."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", "learning_site.settings.development"
    )
    import django

    django.setup()
    judged = [(row, judge(row)) for row in read_queries()]
    for row, (recall, first) in judged:
        if recall < 1 or first < 1:
            print(f"{row['query']}: recall {recall:.2f}, first right at {first:.2f}")
    count = len(judged)
    print(
        f"{count} queries: recall@10 {sum(r for _q, (r, _m) in judged) / count:.3f}, "
        f"MRR {sum(m for _q, (_r, m) in judged) / count:.3f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
