"""One command of the clock that fails stops no other, and the clock says so."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from health.models import LinkCheck

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("clock", ["tick", "nightly"])
def test_what_fails_stops_no_other(settings, monkeypatch, caplog, clock):
    ran = []

    def call(name, **_options):
        ran.append(name)
        if name == "run_draws":
            raise RuntimeError("a draw is broken")

    monkeypatch.setattr("core.services.each.call_command", call)
    names = ["publish_scheduled", "run_draws", "credit_hours"]
    settings.TICK_COMMANDS = settings.NIGHTLY_COMMANDS = names
    with pytest.raises(CommandError, match="run_draws"):
        call_command(clock)
    assert ran == names
    assert "a draw is broken" in caplog.text


def test_the_nightly_commands_are_there_and_run(client):
    assert not LinkCheck.objects.exists()
    call_command("nightly")
    assert LinkCheck.objects.exists(), "the links were looked at"
