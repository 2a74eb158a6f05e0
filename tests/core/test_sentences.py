"""`{% translate %}` says what Django's own says."""

import pytest
from django.template import Context, Engine, TemplateSyntaxError, engines
from django.utils import translation

from core.templatetags.words import SentenceNode

DJANGOS = Engine(libraries={"i18n": "django.templatetags.i18n"})
SENTENCES = (
    '{% translate "看这门课" %}',
    '{% translate "没有人说过的 100% <b>一句话</b>" %}',
    "{% translate 'Log out' %} {% trans 'Log out' %}",
    '{% translate "看这门课" as words %}[{{ words }}|{{ words|upper }}]',
    '{% translate "看这门课" noop %}',
    '{% translate "看这门课" context "a button" %}',
    '{% translate "log out"|capfirst %}',
    "{% translate words %}",
    '{% translate _("Log out") %}',
    '{% autoescape off %}{% translate "<i>看这门课</i>" %}{% endautoescape %}',
    '<a title="{% translate "看这门课" %}">{% blocktranslate %}看{{ words }}{% endblocktranslate %}</a>',
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_says_what_django_says(sentence, language):
    words = "{% load i18n %}" + sentence
    context = {"words": "看这门课<b>"}
    with translation.override(language):
        ours = engines["django"].from_string(words).render(context)
        assert ours == DJANGOS.from_string(words).render(Context(context))
    assert ours


@pytest.mark.parametrize("words", ["{% translate %}", '{% translate "a" as %}'])
def test_what_django_refuses_is_refused(words):
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% load i18n %}" + words)


def test_the_templates_of_the_site_and_the_admin_use_it():
    for name in ("components/footer.html", "wagtailadmin/login.html"):
        nodes = engines["django"].get_template(name).template.nodelist
        assert nodes.get_nodes_by_type(SentenceNode), name
