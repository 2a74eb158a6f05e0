"""Which entry of the navigation is marked as the place where one is."""

import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/courses/", "/courses/"),
        ("/schools/liudi/courses/c08/", "/courses/"),
        ("/schools/liudi/news/n02/", "/news/"),
        ("/schools/liudi/", "/schools/"),
        ("/learn/", "/learn/"),
        ("/", "/"),
    ],
)
def test_a_page_is_marked_in_the_section_it_belongs_to(rf, address, marked):
    template = Template("{% load site_tags %}{% here path %}")
    for path in ("/", "/courses/", "/schools/", "/news/", "/learn/"):
        context = Context({"request": rf.get(address), "path": path})
        assert bool(template.render(context)) is (path == marked), path
