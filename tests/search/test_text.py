"""How text and queries become tokens; no database."""

import pytest

from search.marking import excerpt, find_spans
from search.sounds import heard, sound_tokens, split_syllables
from search.text import LONGEST_TOKEN, Run, fold, index_tokens, runs
from search.wording import Step, phrase, read


def words(query, step=Step.EXACT):
    return [word.text for word in read(query, step).words]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("剪紙", "剪纸"),
        ("ＡＰＰ１", "app1"),
        ("Café", "cafe"),
        ("太\u200b极\x00拳", "太极拳"),
        ("㈱", "(株)"),
        ("頭髮與發展", "头发与发展"),
    ],
)
def test_folding(typed, folded):
    assert fold(typed) == folded


def test_a_part_folds_into_a_part():
    text = "乾隆年間，乾坤朗朗；頭髮、發展、著名、看著"
    whole = fold(text)
    for begin in range(len(text)):
        for end in range(begin + 1, len(text) + 1):
            assert fold(text[begin:end]) in whole


def test_text_becomes_pairs_across_punctuation_and_words_of_letters():
    assert index_tokens("剪纸课") == ["剪纸", "纸课", "课"]
    assert index_tokens("揉，面") == ["揉面", "面"]
    assert index_tokens("学3D打印") == ["学", "3", "d", "打印", "印"]
    assert index_tokens("Excel2016") == ["excel", "2016"]
    assert index_tokens("") == []


def test_characters_that_old_tokenisers_do_not_know_are_numbers():
    assert index_tokens("𠮷野") == ["u20bb7野", "野"]
    assert index_tokens("䶮") == ["䶮"]
    assert len(index_tokens("a" * 500)[0]) == LONGEST_TOKEN


def test_runs_are_joined_over_punctuation_and_not_over_blanks():
    assert [run.text for run in runs("揉，面 蒸")] == ["揉面", "蒸"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("剪纸", ["剪纸"]),
        ("剪纸 入门", ["剪纸", "入门"]),
        ("剪 纸 入 门", ["剪纸", "入门"]),
        ("学书法", ["学书法"]),
        ("3D打印", ["3d", "打印"]),
        ("“剪纸”？", ["剪纸"]),
        ("!!!", []),
        ("", []),
    ],
)
def test_a_query_becomes_words(query, expected):
    assert words(query) == expected


def test_a_query_is_read_more_freely_step_by_step():
    assert words("学书法", Step.APART) == ["学", "书法"]
    assert words("学书法", Step.PARTLY) == ["书法"]
    assert not read("学书法").words[0].sounds
    assert read("学书法", Step.SOUND).words[0].sounds[0].tokens == (
        "πxue", "πshu", "πfa",
    )  # fmt: skip


def test_a_long_query_is_cut():
    assert sum(len(word.text) for word in read("字" * 200_000).words) <= 100
    assert len(read("a1 " * 70_000).words) <= 32


def test_a_phrase_keeps_its_order_across_scripts():
    assert phrase("打印3D").tokens == ("打印", "印", "3", "d")
    assert phrase("纸").is_prefix
    assert phrase("，。") is None


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("jianzhi", [["jian", "zhi"], ["ji", "an", "zhi"]]),
        ("xian", [["xian"], ["xi", "an"]]),
        ("jz", []),
        ("lvcha", [["lv", "cha"]]),
    ],
)
def test_letters_become_syllables(letters, expected):
    assert split_syllables(letters) == expected


def test_what_letters_may_mean():
    assert heard(Run(False, "jz")) == [(["ιj", "ιz"], False)]
    assert (["πtai", "πj"], True) in heard(Run(False, "taij"))
    assert heard(Run(False, "3d")) == []
    # 长 is chang or zhang: a misspelt word is asked in both readings.
    readings = [tokens for tokens, _prefix in heard(Run(True, "长识"))]
    assert ["πchang", "πshi"] in readings


def test_syllables_are_guessed_in_bounded_time():
    assert len(split_syllables("xian" * 25)) <= 4


def test_sounds_of_a_title():
    assert sound_tokens("太极") == ["πtai", "πji", "ꜱ", "ιt", "ιj"]
    assert sound_tokens("APP") == []


def marks(text, query, **how):
    return [text[begin:end] for begin, end in find_spans(text, query, **how)]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("社区剪纸艺术", "剪紙", ["剪纸"]),
        ("社區剪紙藝術", "剪纸", ["剪紙"]),
        ("手机ＡＰＰ怎么装", "app", ["ＡＰＰ"]),
        ("先揉面，再蒸", "面再", ["面，再"]),
        ("剪纸，还是剪纸", "剪纸", ["剪纸", "剪纸"]),
        ("happy", "app", []),
        ("剪纸入门", "剪纸 入门", ["剪纸入门"]),
        ("没有", "剪纸", []),
    ],
)
def test_words_are_marked_as_they_are_printed(text, query, expected):
    assert marks(text, query) == expected


@pytest.mark.parametrize("query", ["taijiquan", "tai ji quan", "tjq", "太级拳"])
def test_what_was_found_by_sound_is_marked_where_it_sounds_so(query):
    assert marks("学太极拳，慢慢来", query, by_sound=True) == ["太极拳"]
    assert marks("学太极拳，慢慢来", query) == []


def test_an_excerpt_stands_around_the_word():
    text = "开头。" * 40 + "这里讲剪纸的刀法。" + "结尾。" * 40
    part = excerpt(text, "剪纸")
    assert "剪纸" in part
    assert part.startswith("…")
    assert part.endswith("…")
    assert excerpt("很短", "剪纸") == "很短"
