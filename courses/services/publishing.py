"""What must be there before residents see a lesson."""

from typing import Any

from django.utils.translation import gettext as _

from courses.blocks.media import missing_words, problem_of_captions
from courses.exceptions import NotReadyError


def problems_of(lesson: Any) -> list[str]:
    """What a lesson still lacks, as sentences for its author; empty when ready."""
    problems = []
    for position, child in enumerate(lesson.body, start=1):
        where = _("第 %(number)s 块：") % {"number": position}
        for sentence in _problems_of_block(child):
            problems.append(f"{where}{sentence}")
    return problems


def _problems_of_block(child: Any) -> list[str]:
    value = child.value
    if child.block_type == "video":
        found = [error.messages[0] for error in missing_words(value).values()]
        if value.get("captions"):
            problem = problem_of_captions(value["captions"])
            found += [problem] if problem else []
        return found
    if child.block_type == "audio" and not (value.get("transcript") or "").strip():
        return [_("请写上录音的文字稿。")]
    shows_picture = child.block_type in ("picture", "step") and value.get("image")
    if shows_picture and not (
        value.get("is_decoration") or (value.get("alt") or "").strip()
    ):
        return [_("请写一句图里有什么；如果图只是好看，请勾「只是装饰」。")]
    return []


def require_ready(lesson: Any) -> None:
    """Let pass what every resident can use.

    Raises:
        NotReadyError: the sentences of `problems_of`, one a line.
    """
    problems = problems_of(lesson)
    if problems:
        raise NotReadyError("\n".join(problems))
