"""How a lesson is cut into steps. Pure: it knows the types of the blocks alone."""

from collections.abc import Sequence

from courses.blocks.lesson import DRAW_TYPE, MEDIA_TYPES, QUESTION_TYPES

# These begin a step of their own; whatever follows them belongs to it.
OPENERS = ("step", *MEDIA_TYPES, *QUESTION_TYPES)
# A kind word stays with the question in front of it; everything else teaches anew.
AFTER_A_QUESTION = ("tip",)


def split_steps(kinds: Sequence[str]) -> list[list[int]]:
    """Which blocks make a step: lists of places, every block in exactly one.

    A step begins with a «step» block, a video, a recording or a question, and takes
    the blocks that follow until the next of them. What stands in front of the first is
    a step too, and so is what is taught after a question (UX 3.5).
    """
    steps: list[list[int]] = []
    for place, kind in enumerate(kinds):
        is_after_question = bool(steps) and kinds[steps[-1][0]] in QUESTION_TYPES
        if (
            not steps
            or kind in OPENERS
            or (is_after_question and kind not in AFTER_A_QUESTION)
        ):
            steps.append([place])
        else:
            steps[-1].append(place)
    return steps


def is_quiz(kinds: Sequence[str]) -> bool:
    """Whether the lesson only asks: questions, and kind words between them."""
    asks = (*QUESTION_TYPES, DRAW_TYPE)
    return any(kind in asks for kind in kinds) and all(
        kind in (*asks, *AFTER_A_QUESTION) for kind in kinds
    )
