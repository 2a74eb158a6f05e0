"""Each sentence of the interface is looked up once for each language."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext, trans_real

from core.middleware import remember_words

# Ours, in the English catalogue alone; a library's, in the Chinese one; nobody's.
SENTENCES = ["看这门课", "Log out", "没有人说过的一句话"]


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    """A language as it is before the first request, and again afterwards."""
    words = trans_real.translation(request.param)
    names = ("gettext", "ngettext")
    known = {name: words.__dict__.pop(name, None) for name in names}
    yield request.param
    for name, one in known.items():
        words.__dict__.pop(name, None)
        if one is not None:
            setattr(words, name, one)


def test_what_is_remembered_is_what_the_catalogue_says(language):
    with translation.override(language):
        before = [gettext(one) for one in SENTENCES]
        remember_words(language)
        for _again in range(2):
            assert [gettext(one) for one in SENTENCES] == before
    assert (before[0] == SENTENCES[0]) is (language == "zh-hans")


def test_with_a_number_it_is_what_the_catalogue_says(language):
    def said():
        return [
            ngettext("%(count)s 门", "%(count)s 门", number) for number in (0, 1, 2, 11)
        ] + [ngettext("one thing of nobody", "many of them", n) for n in (1, 2)]

    with translation.override(language):
        before = said()
        remember_words(language)
        assert [said(), said()] == [before, before]
    # Of English there are two forms, of Chinese one.
    assert (before[1] == before[2]) is (language == "zh-hans")


def test_a_sentence_is_looked_up_once(language, monkeypatch):
    words, asked = trans_real.translation(language), []
    real = type(words).gettext

    def counted(self, sentence):
        if self is words:
            asked.append(sentence)
        return real(self, sentence)

    monkeypatch.setattr(type(words), "gettext", counted)
    remember_words(language)
    remember_words(language)
    with translation.override(language):
        for _again in range(5):
            gettext(SENTENCES[2])
    assert asked == [SENTENCES[2]]
