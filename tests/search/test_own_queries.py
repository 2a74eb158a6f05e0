"""Thirty queries of our own on the demo street: all right pages, the best one first."""

import pytest

from bench.search_own import judge, read_queries

pytestmark = pytest.mark.django_db


def test_all_are_found_and_one_comes_first(demo_street, db):
    rows = read_queries()
    judged = {row["query"]: judge(row) for row in rows}
    assert len(rows) >= 30
    missed = {query: found for query, found in judged.items() if found != (1.0, 1.0)}
    assert not missed
