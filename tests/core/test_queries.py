"""Queries of links: what was asked stays, and nobody's long query is kept."""

import pytest

from core import queries
from core.queries import query_of, query_with


def test_another_value_of_one_name_leaves_the_others():
    assert query_with("q=%E8%AF%BE&page=2&mode=online", "page", "3") == (
        "?q=%E8%AF%BE&page=3&mode=online"
    )
    assert query_with("", "page", "2") == "?page=2"
    assert query_with("a=1&a=2", "page", "2") == "?a=1&a=2&page=2"


@pytest.mark.parametrize("sent", ["q=课", "q=%E8%AF%BE"])
def test_letters_come_as_the_server_hands_them_over(sent):
    handed = sent.encode().decode("iso-8859-1")
    assert query_with(handed, "page", "2") == "?q=%E8%AF%BE&page=2"


def test_what_is_long_is_not_kept():
    queries._with.cache_clear()
    for number in range(3):
        query_with(f"q={'a' * queries.LONGEST}{number}", "page", "2")
    assert queries._with.cache_info().currsize == 0
    query_with("q=a", "page", "2")
    assert queries._with.cache_info().currsize == 1


def test_names_and_values_stand_in_their_order():
    assert query_of((("mode", "online"), ("q", "课 本"))) == (
        "?mode=online&q=%E8%AF%BE+%E6%9C%AC"
    )
