"""`{% url %}` says what Django's own says, whoever asks and where the site stands."""

import pytest
from django.template import Context, Template, engines
from django.urls import NoReverseMatch, resolve, reverse, set_script_prefix
from django.urls.base import clear_script_prefix


def draw(words, context=None):
    return Template(words).render(context or Context())


@pytest.mark.parametrize("name", ["account_login", "learning:home", "desk:home"])
def test_a_page_without_arguments_is_where_it_is(name):
    words = f"{{% url '{name}' %}}"
    assert [draw(words), draw(words)] == [reverse(name)] * 2


def test_one_with_arguments_is_asked_each_time():
    words = "{% url 'certificate_code' code %}"
    assert [draw(words, Context({"code": one})) for one in "ab"] == ["/z/a/", "/z/b/"]


def test_a_name_in_a_variable_is_asked_each_time():
    words = "{% url name as found %}[{{ found }}]"
    found = [draw(words, Context({"name": one})) for one in ("learning:home", "none")]
    assert found == ["[/learn/]", "[]"]


def test_what_is_not_there_is_refused_each_time():
    for _time in range(2):
        with pytest.raises(NoReverseMatch):
            draw("{% url 'nowhere' %}")


def test_it_moves_with_the_site(rf):
    words = "{% url 'account_login' %}"
    before = draw(words)
    set_script_prefix("/street/")
    try:
        assert draw(words) == f"/street{before}"
    finally:
        clear_script_prefix()
    assert draw(words) == before


def test_within_a_namespace_it_is_the_same(rf):
    context = Context()
    context.request = rf.get("/learn/")
    context.request.resolver_match = resolve("/learn/")
    words = "{% url 'learning:home' %}{% url 'account_login' %}"
    assert draw(words, context) == draw(words)


def test_the_templates_of_the_site_use_it():
    drawn = engines["django"].from_string("{% url 'account_login' %}").template
    (node,) = drawn.nodelist
    assert type(node).__module__ == "core.templatetags.addresses"
