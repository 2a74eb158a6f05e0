"""Which keys of a school fit into which argument of an address, and into which field."""

from typing import Any

from learning.counter import reference_of

# What the key of a route is of, by how its address begins; the longest beginning holds.
PK_OF = {
    "learn/enrolments/": "enrolment",
    "learn/places/": "enrolment",
    "learn/certificates/": "certificate",
    "learn/family/": "family",
    "learn/messages/": "conversation",
    "print/schools/": "school",
    "print/courses/": "course",
    "print/news/": "news",
    "draws/": "draw",
    "desk/sessions/": "session",
    "desk/groups/": "sitting",
    "desk/counter/": "enrolment",
    "desk/residents/": "user",
    "desk/dormant/": "silent",
    "desk/dormant/calls/": "call",
    "desk/inbox/": "conversation",
    "desk/calls/": "call",
    "desk/marking/": "written",
    "desk/attempts/": "attempt",
    "desk/runs/": "run",
    "desk/certificates/": "certificate",
    "desk/questions/": "bank",
    "desk/^questions/": "bank",
    "desk/questions/import/": "import_draft",
    "desk/drafts/links/": "preview_link",
    "desk/my-courses/": "course",
    "desk/lessons/": "lesson",
    "desk/shared-courses/": "offer",
    "desk/reviews/": "review",
    "desk/people/": "profile",
    "desk/people/memberships/": "membership",
    "desk/news/": "paper",
    "desk/publicity/": "submission",
    "desk/publicity/outlets/": "outlet",
    "desk/uploads/": "upload",
}
# The other arguments by their name; where one name means several things, by address.
KIND_OF = {
    "run_id": "run",
    "lesson_id": "lesson",
    "page_id": "page",
    "desk/news/ page_id": "news",
    "desk/publicity/ page_id": "news",
    "school_id": "school",
    "enrolment_id": "enrolment",
    "place_id": "enrolment",
    "course_id": "course",
    "delivery_id": "delivery",
    "document_id": "document",
    "page_view_restriction_id": "restriction",
    "block_id": "block_id",
    "slot": "slot",
    "name": "file",
    "desk/publicity/points/ level": "level",
    "desk/write/ step": "step",
    "accounts/consent/ kind": "consent",
    "filename": "file",
    "token": "token",
    "code": "token",
    "school": "slug",
    "reference": "reference",
    "form": "form",
    "uidb36": "uid",
    "key": "work",
    "accounts/data/ key": "copy",
    "accounts/^ key": "token",
    "accounts/sessions/ session_id": "device",
    "learn/places/ session_id": "session",
    "desk/runs/ session_id": "run_session",
    "desk/sessions/ number": "walk_in",
    "desk/groups/ number": "seat",
    "desk/uploads/ number": "part",
}
# Of each kind the most telling ones come first: `page_rows`, `learning_rows`.
MOST_KEYS = 4
# The same for everybody.
PLAIN = {
    "level": ["city"],
    "step": ["title"],
    "consent": ["account"],
    "form": ["xlsx"],
    "uid": ["1"],
    "part": [0],
}


def kind_of(path: str, argument: str) -> str | None:
    """What is asked for there; None where nobody has said it yet."""
    if argument == "pk":
        starts = [one for one in PK_OF if path.startswith(one)]
        return PK_OF[max(starts, key=len)] if starts else None
    for known, kind in KIND_OF.items():
        start, _space, name = known.rpartition(" ")
        if start and name == argument and path.startswith(start):
            return kind
    return KIND_OF.get(argument)


def keys_of(school: Any, path: str, argument: str, asking: Any = None) -> list[Any]:
    """The school's keys for an argument. Of an argument that nobody has named: all of
    its numbers, so that a new route is asked for everything until somebody names it.
    """
    kind = kind_of(path, argument)
    if kind is None:
        return sorted(
            {key for keys in school.found.values() for key in keys if _is_number(key)}
        )
    if kind in PLAIN:
        return PLAIN[kind]
    if kind == "token":
        return [*school.forged, "none"]
    if kind == "slug":
        return [school.slug]
    if kind == "reference":
        # Another clerk's, and what it stands for.
        person = school.people["enrolled"]
        return [reference_of(school.people["clerk"], person), str(person.pk)]
    return list(school.found[kind])[:MOST_KEYS]


def is_plain(path: str, argument: str) -> bool:
    """Whether the argument says nothing of a school."""
    return kind_of(path, argument) in PLAIN


def _is_number(key: Any) -> bool:
    return isinstance(key, int)
