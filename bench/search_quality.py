"""How well and how fast the search finds, on SQLite or PostgreSQL.

    python bench/search_quality.py                        # SQLite, our backend
    python bench/search_quality.py --database postgres    # a server of its own
    python bench/search_quality.py --backend stock        # plain Wagtail's
    make bench-search                                     # all of these

Makes a database of its own, fills it with the sample cases (`bench/search_corpus.py`),
asks every query through Wagtail's search API and prints recall@10 and MRR; then fills it
up to 10,000 pages and prints the time of a query, in process. Ends with 1 if a target
is missed. recall@10 is the part of the relevant pages that stands among the first ten,
of ten at most; a query without a relevant page counts in neither.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

RECALL, MRR, P95_MS = 0.95, 0.85, 50.0
PAGES = 10_000
STOCK = "wagtail.search.backends.database"


@contextlib.contextmanager
def throw_away_site(database: str, backend: str) -> Iterator[None]:
    """A migrated database that nobody else sees, removed afterwards."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        os.environ["VAR_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
        os.environ.pop("DATABASE_URL", None)
        if database == "postgres":
            import dev

            programs = dev.find_postgres()
            if programs is None:
                raise SystemExit("No PostgreSQL on this machine: install postgresql.")
            address = stack.enter_context(dev.throw_away_postgres(programs))
            os.environ["DATABASE_URL"] = address
        import django
        from django.conf import settings

        settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": backend}}
        django.setup()
        from django.db import connection

        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], 0)
            connection.close()


def ask(text: str, most: int = 10) -> list[int]:
    """The numbers of the best pages, the way every caller of Wagtail's API asks."""
    from wagtail.models import Page

    return [page.pk for page in Page.objects.live().search(text)[:most]]


def judge(queries: list[Any], keys: dict[int, str]) -> dict[str, tuple[float, float]]:
    """Recall@10 and MRR by kind of query, and over all («all»)."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        try:
            answers = [keys.get(number, "") for number in ask(query.text)]
        except Exception as error:  # noqa: BLE001 - plain Wagtail breaks on a quote
            print(f"  {query.text!r}: {type(error).__name__}")
            answers = []
        if not query.relevant:
            continue
        right = [key in query.relevant for key in answers]
        recall = sum(right) / min(10, len(query.relevant))
        first = next((1 / place for place, ok in enumerate(right, 1) if ok), 0.0)
        found[query.kind].append((recall, first))
        found["all"].append((recall, first))
        if os.environ.get("SHOW_MISSED") and (recall < 1 or first < 1):
            print(f"  {query.kind}: {query.text} {recall:.2f} {first:.2f}")
    return {
        kind: (statistics.mean(r for r, _ in ones), statistics.mean(m for _, m in ones))
        for kind, ones in found.items()
    }


def time_queries(texts: list[str]) -> tuple[float, float, float]:
    """Median, 95th percentile and longest of a query, in milliseconds."""
    for text in texts[:20]:
        ask(text)
    taken = []
    for text in texts:
        began = time.perf_counter()
        ask(text)
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return (
        statistics.median(taken),
        taken[int(0.95 * (len(taken) - 1))],
        taken[-1],
    )


def own_words() -> list[str]:
    """What people type on a site of courses: our own thirty queries."""
    rows = json.loads((ROOT / "bench" / "search_own.json").read_text("utf-8"))
    return [row["query"] for row in rows]


def main() -> int:
    """Measure, print, and say whether the targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--backend", choices=["ours", "stock"], default="ours")
    parser.add_argument("--pages", type=int, default=PAGES)
    asked = parser.parse_args()
    from bench.search_corpus import (
        CASES,
        fillers,
        make_pages,
        read_relevance,
        read_texts,
    )

    if not CASES.is_dir():
        print(f"No sample cases at {CASES}: nothing to measure.")
        return 0
    backend = STOCK if asked.backend == "stock" else "search.backend"
    print(f"== {asked.backend} on {asked.database}", flush=True)
    with throw_away_site(asked.database, backend):
        good = True
        documents, queries = read_relevance()
        texts, text_queries = read_texts(documents)
        keys: dict[int, str] = {}
        for name, some, questions in (
            ("search-relevance", documents, queries),
            ("chinese-text", texts, text_queries),
        ):
            began = time.perf_counter()
            keys |= make_pages(some)
            took = time.perf_counter() - began
            print(
                f"{name}: {len(some)} pages in {took:.0f} s, {len(questions)} queries"
            )
            for kind, (recall, mrr) in judge(questions, keys).items():
                print(f"  {kind:48} recall@10 {recall:.3f}  MRR {mrr:.3f}", flush=True)
                if kind == "all":
                    good = good and recall >= RECALL and mrr >= MRR
        make_pages(fillers(documents + texts, max(0, asked.pages - len(keys))))
        from django.db import connection

        from news.models import NewsPage

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        asked_texts = [one.text for one in queries + text_queries] + own_words()
        median, p95, longest = time_queries(asked_texts)
        print(
            f"{NewsPage.objects.count()} pages, {len(asked_texts)} queries: median {median:.1f} ms, "
            f"p95 {p95:.1f} ms, longest {longest:.1f} ms"
        )
        good = good and p95 <= P95_MS
    print("targets met" if good else "TARGETS MISSED")
    return 0 if good or asked.backend == "stock" else 1


if __name__ == "__main__":
    raise SystemExit(main())
