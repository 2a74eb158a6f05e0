"""What the tags of every page write: where one is, telephone numbers."""

import pytest
from django.template import Context, Template

from core.templatetags.site_tags import unbroken


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/courses/", "/courses/"),
        ("/schools/liudi/courses/c08/", "/courses/"),
        ("/schools/liudi/news/n02/", "/news/"),
        ("/schools/liudi/", "/schools/"),
        ("/learn/", "/learn/"),
        ("/", "/"),
        ("/desk/courses/7/", ""),
    ],
)
def test_a_page_is_marked_in_the_section_it_belongs_to(rf, address, marked):
    template = Template("{% load site_tags %}{% here path %}")
    for path in ("/", "/courses/", "/schools/", "/news/", "/learn/"):
        context = Context({"request": rf.get(address), "path": path})
        assert bool(template.render(context)) is (path == marked), path


def test_a_telephone_number_in_a_sentence_stays_on_one_line():
    assert unbroken("000-0000-0100") == '<span class="nowrap">000-0000-0100</span>'
    assert "<b>" not in unbroken("<b>1</b>")
