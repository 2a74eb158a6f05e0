"""When a course is complete: the rule, said in words and judged by the same numbers."""

import pytest

from courses.choices import Mode
from courses.completion_rule import CompletionRule, Standing


def rule(mode=Mode.OFFLINE, sessions=75, lessons=100, marks=0):
    return CompletionRule(sessions=sessions, lessons=lessons, marks=marks, mode=mode)


def met(one, standing, *, is_class):
    return not one.missing(standing, is_class=is_class)


@pytest.mark.parametrize(
    ("held", "came", "expected"),
    [
        (0, 0, False),  # nothing held is not everything attended
        (4, 2, False),
        (4, 3, True),
        (5, 3, False),  # 60 %
        (5, 4, True),
        (8, 8, True),
        (1, 1, True),
    ],
)
def test_a_class_asks_for_its_share_of_lessons(held, came, expected):
    assert met(rule(), Standing(held=held, came=came), is_class=True) is expected


def test_a_class_that_asks_for_no_share_still_has_to_meet():
    assert not met(rule(sessions=0), Standing(), is_class=True)
    assert met(rule(sessions=0), Standing(held=3), is_class=True)


def test_home_asks_for_the_required_lessons_and_none_is_not_all():
    one = rule(Mode.ONLINE)
    assert not met(one, Standing(), is_class=False)
    assert not met(one, Standing(required=3, done=2), is_class=False)
    assert met(one, Standing(required=3, done=3), is_class=False)
    assert met(
        rule(Mode.ONLINE, lessons=60), Standing(required=3, done=2), is_class=False
    )


def test_marks_are_asked_for_where_the_course_says_so():
    one = rule(Mode.ONLINE, marks=80)
    done = {"required": 2, "done": 2}
    assert not met(one, Standing(**done), is_class=False)
    assert not met(one, Standing(**done, mark=79), is_class=False)
    assert met(one, Standing(**done, mark=80), is_class=False)


@pytest.mark.parametrize(
    ("mode", "room", "home", "expected"),
    [
        (Mode.OFFLINE, True, False, True),
        (Mode.OFFLINE, False, True, False),
        (Mode.ONLINE, True, False, True),
        (Mode.ONLINE, False, True, True),
        (Mode.ONLINE, False, False, False),
        (Mode.BLENDED, True, False, False),
        (Mode.BLENDED, False, True, False),
        (Mode.BLENDED, True, True, True),
    ],
)
def test_a_class_of_each_kind_of_course(mode, room, home, expected):
    standing = Standing(held=4, came=4 * room, required=2, done=2 * home)
    assert met(rule(mode), standing, is_class=True) is expected


def test_what_is_missing_says_how_much():
    said = rule().missing(Standing(held=8, came=5), is_class=True)
    assert said == ["上了 8 次课，来了 5 次，要来 6 次才够。"]
    said = rule(Mode.ONLINE).missing(Standing(required=4, done=1), is_class=False)
    assert said == ["必学的课学完了 1 课，要学完 4 课。"]


def test_the_rule_in_words():
    assert rule().class_words == "到校的课来了 75% 以上"
    assert rule(Mode.ONLINE).home_words == "学完全部必学的课"
    words = rule(Mode.BLENDED, lessons=80, marks=60).class_words
    assert words == (
        "到校的课来了 75% 以上，并且在家学完 80% 以上的必学课，小测平均 60% 以上"
    )
