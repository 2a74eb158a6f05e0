"""Each sentence of the interface is looked up once for each language."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, trans_real

from core.middleware import remember_words

# Ours, in the English catalogue alone; a library's, in the Chinese one; nobody's.
SENTENCES = ["看这门课", "Log out", "没有人说过的一句话"]


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    """A language as it is before the first request, and again afterwards."""
    words = trans_real.translation(request.param)
    known = words.__dict__.pop("gettext", None)
    yield request.param
    words.__dict__.pop("gettext", None)
    if known is not None:
        words.gettext = known


def test_what_is_remembered_is_what_the_catalogue_says(language):
    with translation.override(language):
        before = [gettext(one) for one in SENTENCES]
        remember_words(language)
        for _again in range(2):
            assert [gettext(one) for one in SENTENCES] == before
    assert (before[0] == SENTENCES[0]) is (language == "zh-hans")


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
