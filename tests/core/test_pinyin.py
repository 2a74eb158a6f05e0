"""The packed tables say what pypinyin says."""

import pypinyin
import pytest

from core import pinyin


def alone(unknown):
    return list(unknown)


def theirs(text):
    style = pypinyin.Style.NORMAL
    return pypinyin.pinyin(text, style=style, heteronym=True, errors=alone)


@pytest.fixture(scope="module")
def phrases():
    return sorted(pypinyin.constants.PHRASES_DICT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "剪纸",
        "长辈版",
        "银行行长",
        "女儿绿",
        "欸",
        "练 8 段锦,Kitty 教",
        # The end of a text is the beginning of a phrase.
        "名不见",
        "𠮷野家",
        "〇",
    ],
)
def test_a_text_is_read_as_ever(text):
    assert pinyin.ways_of(text) == theirs(text)
    assert pinyin.read_as(text) == pypinyin.lazy_pinyin(text, errors=alone)


def test_every_character_and_every_phrase_has_its_readings(phrases):
    known = [chr(code) for code in pypinyin.constants.PINYIN_DICT] + phrases
    assert [one for one in known if pinyin.ways_of(one) != theirs(one)] == []


def test_phrases_side_by_side_are_cut_alike(phrases):
    for begin in range(300):
        text = "".join(phrases[begin::5_077])[begin % 4 :]
        assert pinyin.ways_of(text) == theirs(text), text
        mixed = text[::2] + text[1::2]
        assert pinyin.ways_of(mixed) == theirs(mixed), mixed
