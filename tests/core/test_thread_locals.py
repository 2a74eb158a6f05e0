"""What a thread has chosen for its answer is its own, and is what Django asks for."""

import threading
from datetime import timedelta

from asgiref.local import Local
from django.urls import get_script_prefix, set_script_prefix
from django.urls.base import clear_script_prefix
from django.utils import timezone
from django.utils.translation import (
    activate,
    get_language,
    gettext,
    override,
    trans_real,
)

from core.thread_locals import PLACES, keep_by_thread


def of_another_thread(ask):
    """What another thread, which chose nothing, is told."""
    told = []
    thread = threading.Thread(target=lambda: told.append(ask()))
    thread.start()
    thread.join()
    return told[0]


def test_django_keeps_them_by_the_thread():
    kinds = [type(getattr(module, name)) for module, name in PLACES]
    assert kinds == [threading.local] * 4


def test_a_language_is_of_the_thread_that_chose_it(settings):
    with override("en"):
        assert get_language() == "en"
        assert gettext("首页") == "Home"
        assert of_another_thread(get_language) == settings.LANGUAGE_CODE
    of_another_thread(lambda: activate("en"))
    assert get_language() == settings.LANGUAGE_CODE


def test_a_time_zone_is_too(settings):
    far = timezone.get_fixed_timezone(timedelta(hours=-9))
    with timezone.override(far):
        assert timezone.get_current_timezone() is far
        name = of_another_thread(timezone.get_current_timezone_name)
        assert name == settings.TIME_ZONE


def test_and_where_addresses_begin():
    set_script_prefix("/street/")
    try:
        assert get_script_prefix() == "/street/"
        assert of_another_thread(get_script_prefix) == "/"
    finally:
        clear_script_prefix()
    assert get_script_prefix() == "/"


def test_what_was_chosen_before_stays_chosen(monkeypatch):
    """As of a command, which speaks its language before all apps are ready."""
    monkeypatch.setattr(trans_real, "_active", Local())
    with override("en"):
        keep_by_thread()
        assert type(trans_real._active) is threading.local
        assert get_language() == "en"
        assert gettext("首页") == "Home"
