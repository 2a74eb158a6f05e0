"""What a page shows in two places is drawn once."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

LOAD = "{% load capture %}"


def test_it_stands_where_it_is_named_and_as_often():
    words = LOAD + "[{% capture as rows %}<b>{{ name }}</b>{% endcapture %}]"
    drawn = Template(words + "{{ rows }}{{ rows }}").render(Context({"name": "<"}))
    assert drawn == "[]<b>&lt;</b><b>&lt;</b>"


@pytest.mark.parametrize("words", ["", " rows", " as", " for rows", " as rows more"])
def test_without_a_name_it_is_refused(words):
    with pytest.raises(TemplateSyntaxError, match="as"):
        Template(f"{LOAD}{{% capture{words} %}}{{% endcapture %}}")
