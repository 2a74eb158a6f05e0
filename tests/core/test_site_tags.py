"""What the tags of every page write: telephone numbers."""

from core.templatetags.site_tags import unbroken


def test_a_telephone_number_in_a_sentence_stays_on_one_line():
    assert unbroken("000-0000-0100") == '<span class="nowrap">000-0000-0100</span>'
    assert "<b>" not in unbroken("<b>1</b>")
