"""The demo's data: whole, written out, and each lesson teaches something of its own."""

import re

import pytest

from demo.loader.data import MEDIA, course_content, media_scripts, street

COURSES = [line["id"] for line in street()["courses"]]


def text_of(html):
    return re.sub(r"<[^>]+>", "", html)


def blocks(lesson, *types):
    return [one for one in lesson["blocks"] if one["type"] in types]


QUESTIONS = ("single_choice", "multiple_choice", "true_false")


def test_the_street_has_its_schools_courses_lessons_and_news():
    lessons = sum(len(course_content(one)["lessons"]) for one in COURSES)
    assert (len(street()["schools"]), len(COURSES), lessons) == (6, 40, 174)
    assert len(street()["news"]) == 30


@pytest.mark.parametrize("course", COURSES)
def test_every_lesson_explains_and_asks(course):
    for lesson in course_content(course)["lessons"]:
        texts = [text_of(one["html"]) for one in blocks(lesson, "text")]
        assert any(len(text) >= 80 for text in texts), lesson["title"]
        assert blocks(lesson, *QUESTIONS), lesson["title"]
        for question in blocks(lesson, "single_choice"):
            assert sum(one["right"] for one in question["options"]) == 1
        for question in blocks(lesson, "multiple_choice"):
            assert sum(one["right"] for one in question["options"]) >= 1
        keys = [one["key"] for one in lesson["blocks"]]
        assert len(keys) == len(set(keys))


def test_at_least_twelve_courses_are_written_out():
    written = [
        one
        for one in COURSES
        if all(
            3 <= len(lesson["blocks"]) <= 6 and blocks(lesson, "step")
            for lesson in course_content(one)["lessons"]
        )
    ]
    assert len(written) >= 12, written


def test_no_two_lessons_share_a_text():
    seen = {}
    for course in COURSES:
        for lesson in course_content(course)["lessons"]:
            for block in blocks(lesson, "text"):
                where = f"{course}/{lesson['order']}"
                assert seen.setdefault(block["html"], where) == where


def test_the_recordings_are_there_with_what_is_said_in_them():
    scripts = media_scripts()
    for name, extension in (
        ("learn_online", "mp4"),
        ("baduanjin", "mp4"),
        ("stories", "m4a"),
    ):
        assert (MEDIA / f"{name}.{extension}").stat().st_size < 3_000_000
        assert len(scripts[name]["sentences"]) >= 8
    for name in ("learn_online", "baduanjin"):
        captions = (MEDIA / f"{name}.vtt").read_text("utf-8")
        assert captions.startswith("WEBVTT")
        assert captions.count("-->") >= 8
