"""The packages that the project promises to use are really used.

Taking one of them away makes the test of its name fail.
"""

import ast
import importlib
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command


def test_django_is_the_long_term_release_and_its_checks_pass():
    django = importlib.import_module("django")
    assert django.VERSION[:2] == (5, 2)
    call_command("check")


def test_wagtail_is_the_long_term_release_and_serves_the_pages(client, db):
    wagtail = importlib.import_module("wagtail")
    assert wagtail.VERSION[:2] == (7, 4)
    response = client.get("/courses/")
    assert response.status_code == 200
    assert response.context["page"].specific_class.__name__ == "CourseIndexPage"


def test_allauth_answers_the_sign_in_page(client, db):
    importlib.import_module("allauth")
    response = client.get("/accounts/login/")
    assert response.status_code == 200
    assert response.resolver_match.func.__module__.startswith(("allauth", "accounts"))


def test_whitenoise_serves_the_static_files(client):
    importlib.import_module("whitenoise")
    assert "whitenoise.middleware.WhiteNoiseMiddleware" in settings.MIDDLEWARE
    response = client.get("/static/css/base.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert b"--paper" in b"".join(response.streaming_content)


def test_bleach_is_the_first_to_clean_what_people_type():
    importlib.import_module("bleach")
    from core.html import clean_html

    assert clean_html("<p onclick=x>好</p>") == "<p>好</p>"


@pytest.mark.parametrize("name", ["nh3", "wagtailmedia", "webvtt", "mutagen"])
def test_the_other_packages_are_those_of_the_lock(name):
    importlib.import_module(name)
    [package] = packages_distributions()[name]
    lock = (Path(settings.BASE_DIR) / "requirements.txt").read_text().lower()
    assert f"\n{_plain(package)}=={version(package)} " in lock


APPS = sorted(
    folder.parent.name for folder in Path(settings.BASE_DIR).glob("*/__init__.py")
)


def imported_from_outside(app):
    """The outside packages that the code of an app imports, by file."""
    found = {}
    root = Path(settings.BASE_DIR)
    for path in (root / app).rglob("*.py"):
        folders = [one for one in path.relative_to(root).parents if one.name]
        if not all((root / one / "__init__.py").exists() for one in folders):
            continue  # a program that a person runs, not a part of the site
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top not in APPS:
                    found.setdefault(top, path)
    return found


# Imported where a setting of a deployment names them, and nowhere else.
BY_SETTING = {"core/object_store.py"}


def locked_in(name):
    lock = (Path(settings.BASE_DIR) / name).read_text()
    return {_plain(one) for one in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)}


@pytest.mark.parametrize("app", [app for app in APPS if app not in ("tests", "bench")])
def test_what_is_imported_is_locked(app):
    """A machine that has a package for another reason would hide that it is missing."""
    locked = locked_in("requirements.txt")
    of_deployment = locked | locked_in("requirements-production.txt")
    brought_by = packages_distributions()
    for package, path in imported_from_outside(app).items():
        brought = {_plain(name) for name in brought_by.get(package, [package])}
        where = path.relative_to(settings.BASE_DIR).as_posix()
        known = of_deployment if where in BY_SETTING else locked
        assert brought & known, f"{package}, imported by {path}, is in no lock"


@pytest.mark.parametrize("where", sorted(BY_SETTING))
def test_what_a_setting_brings_is_imported_by_nothing_else(where):
    module = where.removesuffix(".py").replace("/", ".")
    for app in APPS:
        if app in ("tests", "bench"):
            continue
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            said = path.read_text(encoding="utf-8")
            assert f"import {module}" not in said, path
            assert f"from {module} " not in said, path


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()
