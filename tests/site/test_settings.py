"""Production refuses to start without what only its operator has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "k" * 60,
    "MFA_ENCRYPTION_KEY": "m" * 40,
    "SITE_URL": "https://xuexi.example.org",
    "ALLOWED_HOSTS": "xuexi.example.org",
    "DATABASE_URL": "postgres://u:p@127.0.0.1:1/none",
}


def start(told="p.DEBUG", **changes):
    """Import the production settings in a process of its own; what it prints of them."""
    wanted = {**GOOD, **changes}
    env = {
        key: value
        for key, value in os.environ.items()
        if key not in GOOD and key != "ALLOW_SQLITE"
    }
    env |= {key: value for key, value in wanted.items() if value is not None}
    code = f"import learning_site.settings.production as p; print({told})"
    return subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_everything_it_starts():
    done = start()
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "changes",
    [
        {"SECRET_KEY": None},
        {"SECRET_KEY": "short"},
        {"MFA_ENCRYPTION_KEY": None},
        {"SITE_URL": None},
        {"ALLOWED_HOSTS": None},
        {"ALLOWED_HOSTS": "*"},
        {"DATABASE_URL": None},
    ],
    ids=lambda changes: "-".join(f"{k}={v}" for k, v in changes.items()),
)
def test_without_one_of_them_it_says_which(changes):
    done = start(**changes)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert next(iter(changes)) in done.stderr


@pytest.mark.parametrize(("given", "kept"), [(None, "2"), ("7", "7"), ("0", "None")])
def test_after_how_often_postgresql_keeps_a_plan_is_a_setting(given, kept):
    """A pooler that keeps none asks for 0."""
    told = "p.DATABASES['default']['OPTIONS']['prepare_threshold']"
    done = start(told, DATABASE_PREPARE_AFTER=given)
    assert done.stdout.strip() == kept, done.stderr
