"""What stands around every page: which section is marked, whom one can ask."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from core.frame import SECTIONS, help_strip_of, place_of
from core.templatetags.frame import here

PAGE, BELONGS, NOTHING = ' aria-current="page"', ' aria-current="true"', ""


@pytest.mark.parametrize(
    ("address", "marked", "how"),
    [
        ("/courses/", "/courses/", PAGE),
        ("/schools/liudi/courses/c08/", "/courses/", BELONGS),
        ("/schools/liudi/news/n02/", "/news/", BELONGS),
        ("/schools/liudi/", "/schools/", BELONGS),
        ("/learn/", "/learn/", PAGE),
        ("/learn/runs/7/", "/learn/", BELONGS),
        ("/", "/", PAGE),
        ("/help/", "", NOTHING),
        ("/learning/", "", NOTHING),
        ("/desk/courses/7/", "", NOTHING),
        ("/desk/", "", NOTHING),
        ("", "", NOTHING),
    ],
)
def test_a_page_is_marked_in_the_section_it_belongs_to(address, marked, how):
    place = place_of(address)
    for section in SECTIONS:
        assert here(place, section) == (how if section == marked else NOTHING)


def draw(tag: str, **context: object) -> str:
    return Template("{% load frame %}" + tag).render(Context(context))


def test_the_way_back_from_the_choice_of_sizes_is_the_page(rf):
    request = rf.get("/courses/?q=<b>&when=evening")
    request.user = AnonymousUser()
    drawn = draw("{% header %}", request=request)
    assert "next=/courses/%3Fq%3D%253Cb%253E%26when%3Devening" in drawn
    assert "<b>" not in drawn
    assert "我的账号" not in drawn
    request.user = SimpleNamespace(is_authenticated=True)
    assert "我的账号" in draw("{% header %}", request=request)


@pytest.mark.parametrize("tag", ["header", "footer", "help_strip", "bottom_bar"])
def test_a_page_that_is_drawn_for_no_request_has_them_too(tag):
    assert draw("{% " + tag + " %}").strip().startswith("<")


def test_the_school_of_the_page_can_be_asked_if_it_has_a_telephone():
    site = SimpleNamespace(help_hours="周一至周六", help_phone="000-0000-0100")
    school = SimpleNamespace(title="柳堤<学校>", phone="000-0000-0102")
    of_page = draw("{% help_strip %}", site_settings=site, school=school)
    assert "柳堤&lt;学校&gt;" in of_page
    assert 'href="tel:00000000102"' in of_page
    named = draw("{% help_strip nearest %}", site_settings=site, nearest=school)
    assert named == of_page
    school.phone = ""
    assert help_strip_of(site, school).school == ""
    assert "柳堤" not in draw("{% help_strip %}", site_settings=site, school=school)
