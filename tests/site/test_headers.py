"""Headers of every kind of answer, graded as public observatories grade them."""

import re

import pytest

from tests.factories import make_text_lesson

PUBLIC_GATE, ADMIN_GATE = 135, 100


def score(response):  # noqa: C901 - one rule a branch
    """The grade's arithmetic: start at 100; bonuses count from 90 up."""
    headers = response.headers
    policy = {
        part.split()[0]: part.split()[1:]
        for part in headers.get("Content-Security-Policy", "").split(";")
        if part.strip()
    }
    points, bonus = 100, 0
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    if not policy:
        points -= 25
    elif "'unsafe-inline'" in scripts or "'unsafe-eval'" in scripts or "*" in scripts:
        points -= 20
    elif "'unsafe-inline'" not in styles:
        bonus += 10 if policy.get("default-src") == ["'none'"] else 5
    if "frame-ancestors" in policy:
        bonus += 5
    elif "X-Frame-Options" not in headers:
        points -= 20
    if headers.get("Referrer-Policy") in (
        "same-origin",
        "no-referrer",
        "strict-origin",
    ):
        bonus += 5
    for name, good in (
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
    ):
        bonus += 10 if headers.get(name) == good else 0
    if headers.get("X-Content-Type-Options") != "nosniff":
        points -= 5
    return points + (bonus if points >= 90 else 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/courses/", "/schools/", "/news/", "/search/?q=x", "/accounts/login/",
     "/display/", "/nowhere/", "/livez", "/robots.txt"],
)  # fmt: skip
def test_public_answers_reach_the_gate(client, path):
    assert score(client.get(path)) >= PUBLIC_GATE


@pytest.mark.django_db
def test_a_gate_page_and_a_signed_in_page_reach_it_too(client, learner, course_a):
    lesson = make_text_lesson(course_a, "第一课")
    assert score(client.get(lesson.url)) >= PUBLIC_GATE
    client.force_login(learner)
    response = client.get("/learn/")
    assert score(response) >= PUBLIC_GATE
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_admin_has_its_own_policy_without_eval_or_other_hosts(client, teacher_a):
    client.force_login(teacher_a)
    response = client.get("/admin/")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert score(response) >= ADMIN_GATE - 20  # inline scripts of Wagtail's own pages


@pytest.mark.django_db
def test_no_page_names_another_host(client, teacher_a):
    client.force_login(teacher_a)
    for path in ("/", "/courses/", "/learn/", "/desk/", "/admin/", "/admin/pages/"):
        text = client.get(path, follow=True).content.decode()
        # What a browser fetches by itself; a link waits until somebody follows it.
        asked = re.findall(
            r"""(?:\bsrc=|<link[^>]*\bhref=|url\(|@import )["']?(https?:)?//[^"' >]+""",
            text,
        )
        assert not asked, path
        assert "gravatar" not in text, path
