"""What the tags of every page write: telephone numbers, the button that reads aloud."""

from types import SimpleNamespace

from django.template import Context, Template

from core.templatetags.site_tags import unbroken


def test_a_telephone_number_in_a_sentence_stays_on_one_line():
    assert unbroken("000-0000-0100") == '<span class="nowrap">000-0000-0100</span>'
    assert "<b>" not in unbroken("<b>1</b>")


def say_button(tag: str, **context) -> str:
    template = Template("{% load site_tags %}{% say_button " + tag + " %}")
    return template.render(Context(context))


def test_the_button_names_what_it_reads_and_the_recording_that_it_plays():
    html = say_button('target="step-2" label=words player="film-2"', words="听<这一步>")
    assert 'data-say="step-2" data-player="film-2"' in html
    assert "听&lt;这一步&gt;</span>" in html
    assert "data-player" not in say_button('target="intro" label="听介绍"')


def test_without_a_voice_the_sites_own_number_stands_there():
    site = SimpleNamespace(help_phone="000-0000-0100")
    html = say_button('target="intro" label="听介绍"', site_settings=site)
    assert 'href="tel:00000000100"' in html
    assert 'href="/schools/"' in say_button('target="intro" label="听介绍"')
