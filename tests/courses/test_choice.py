"""Several right options: right chosen minus wrong chosen, over right, not below 0."""

from hypothesis import given
from hypothesis import strategies as st

from tests.learning.lessons import block_id, option_id, value_of


@given(st.lists(st.booleans(), min_size=2, max_size=8).filter(any), st.data())
def test_a_wrong_choice_takes_away_what_a_right_one_gives(options, data):
    listed = [
        {
            "type": "item",
            "id": option_id("q", str(place)),
            "value": {"text": str(place), "is_right": is_right, "feedback": ""},
        }
        for place, is_right in enumerate(options)
    ]
    value = value_of(
        {
            "type": "multiple_choice",
            "id": block_id("q"),
            "value": {"prompt": "?", "options": listed},
        }
    )
    places = data.draw(st.sets(st.integers(0, len(options) - 1), min_size=1))
    mark = value.grade([listed[place]["id"] for place in places])
    right = sum(options[place] for place in places)
    wrong = len(places) - right
    assert mark.share == max(0, right - wrong) / sum(options)
    assert mark.is_right is (mark.share == 1)
