"""The paper of an attempt: its questions as they were when it began.

An entry is {block_id, sha256, raw, after}: `after` is the id of the teaching block behind
which the question stands, and one that was drawn also names its `bank`. Editing a lesson
changes no paper.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from courses.blocks.lesson import DRAW_TYPE, QUESTION_TYPES
from courses.content import LessonContent, QuestionItem
from courses.models import LessonPage, QuestionBankPage
from learning.models import Attempt

Entry = dict[str, Any]


def freeze_paper(
    lesson: Any, *, seed: str = "", seen: Collection[str] = ()
) -> list[Entry]:
    """The questions for a new attempt, in the order in which they are asked.

    `seed` decides what is drawn and, where the lesson shuffles, the order; `seen` are
    questions of earlier attempts, which are drawn only when no others are left.
    """
    paper: list[Entry] = []
    run: list[Entry] = []
    after = ""
    raws = stored(lesson.body)
    used = {raw["id"] for raw in raws}
    banks = _banks(lesson)
    for raw in raws:
        if raw["type"] in QUESTION_TYPES:
            run.append(_entry(raw, after))
        elif raw["type"] == DRAW_TYPE:
            drawn = _draw(raw, banks, seed, seen, used)
            used |= {one["id"] for one in drawn}
            bank = raw["value"].get("bank")
            run.extend(_entry(one, after) | {"bank": bank} for one in drawn)
        else:
            paper += _in_order(run, lesson, seed)
            run, after = [], raw["id"]
    return paper + _in_order(run, lesson, seed)


def stored(body: Any) -> list[Entry]:
    """The blocks of a body as the database keeps them: decimal numbers are text."""
    text = json.dumps(body.get_prep_value() or [], cls=DjangoJSONEncoder)
    found: list[Entry] = json.loads(text)
    return found


def digest_of(raw: Entry) -> str:
    """By which two versions of a question are told apart."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(raw: Entry, after: str) -> Entry:
    return {
        "block_id": raw["id"],
        "sha256": digest_of(raw),
        "raw": raw,
        "after": after,
    }


def _lot(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()


def _in_order(run: list[Entry], lesson: Any, seed: str) -> list[Entry]:
    """Questions that stand together, shuffled where the lesson wants it."""
    if not lesson.shuffles_questions:
        return run
    return sorted(run, key=lambda one: _lot(seed, one["block_id"]))


def _banks(lesson: Any) -> dict[int, list[Entry]]:
    """The questions of the banks that the lesson draws from; only of its own school."""
    wanted = {one.bank_id for one in lesson.content.draws if one.bank_id}
    if not wanted:
        return {}
    school = lesson.course.school
    found = QuestionBankPage.objects.filter(pk__in=wanted, path__startswith=school.path)
    return {
        bank.pk: [
            raw
            for raw in stored(bank.get_latest_revision_as_object().body)
            if raw["type"] in QUESTION_TYPES
        ]
        for bank in found
    }


def _draw(
    raw: Entry,
    banks: Mapping[int, list[Entry]],
    seed: str,
    seen: Collection[str],
    used: Collection[str],
) -> list[Entry]:
    pool = [
        one for one in banks.get(raw["value"].get("bank"), ()) if one["id"] not in used
    ]
    pool.sort(key=lambda one: (one["id"] in seen, _lot(seed, raw["id"] + one["id"])))
    return pool[: raw["value"].get("count") or 0]


def thaw(attempt: Attempt) -> dict[str, Any]:
    """The attempt's questions as blocks, by id and in their order; no query."""
    known: dict[str, Any] | None = attempt.__dict__.get("_thawed")
    if known is None:
        stream = LessonPage._meta.get_field("body").stream_block
        raws = [one["raw"] for one in attempt.paper if one.get("raw")]
        known = {child.id: child for child in stream.to_python(raws)}
        attempt.__dict__["_thawed"] = known
    return known


def content_of(lesson: Any, attempt: Attempt | None) -> LessonContent:
    """What completion asks of who has this attempt: its own questions, live media."""
    live: LessonContent = lesson.content
    if attempt is None:
        return live
    questions = tuple(
        QuestionItem(child.id, child.block_type, child.value)
        for child in thaw(attempt).values()
    )
    kinds = dict(live.kinds) | {one.block_id: one.kind for one in questions}
    return LessonContent(live.media, questions, kinds)


def arrange(body: Any, attempt: Attempt | None) -> Iterator[Any]:
    """The blocks of the page: teaching ones as they are now, questions of the attempt.

    A question whose teaching block is gone stands where the one in front of it stands;
    in a paper that names no place the live lesson says it.
    """
    if attempt is None:
        yield from (child for child in body if child.block_type != DRAW_TYPE)
        return
    asking = (*QUESTION_TYPES, DRAW_TYPE)
    places = {"": ""}
    after = ""
    for child in body:
        if child.block_type not in asking:
            after = child.id
        places[child.id] = after
    behind: dict[str, list[Any]] = {}
    children = thaw(attempt)
    place = ""
    for entry in attempt.paper:
        named = entry.get("after", entry["block_id"])
        place = places.get(named, place)
        if entry["block_id"] in children:
            behind.setdefault(place, []).append(children[entry["block_id"]])
    yield from behind.get("", ())
    for child in body:
        if child.block_type not in asking:
            yield child
            yield from behind.get(child.id, ())


def live_questions(lesson: Any) -> dict[str, Entry]:
    """The questions of the lesson as they are now, by id; of its banks too."""
    found = {raw["id"]: raw for bank in _banks(lesson).values() for raw in bank}
    own = {one["id"]: one for one in stored(lesson.body)}
    return found | {
        key: one for key, one in own.items() if one["type"] in QUESTION_TYPES
    }


def thaw_one(raw: Entry) -> Any:
    """The value of one question."""
    stream = LessonPage._meta.get_field("body").stream_block
    return stream.to_python([raw])[0].value


def prompt_of(value: Any) -> str:
    """What a question asks."""
    return str(value.get("prompt") or value.get("statement") or "")
