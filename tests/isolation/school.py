"""A school with one of everything that the site keeps, all its private words by `name`.

Made twice: school A, whose people ask, and school B, whose private words are canaries
(`tests/schools/foreign.py`). What everybody may read of either (its live course, its
class, its news) says public words, so that a canary in an answer is always a leak.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from schools.choices import Level, Role
from schools.models import SchoolPage
from tests import factories
from tests.isolation import learning_rows, news_rows, page_rows
from tests.isolation.painting import paint
from tests.schools.foreign import Foreign, fill_school, name

Name = Callable[[str], str]


@dataclass
class School:
    """A school, and what of it goes into an address: by kind, as `keys.py` names them."""

    school: SchoolPage
    name: Name
    pages: Foreign
    # How the telephone numbers of its people begin: no answer shows one in full.
    numbers: str
    # Who works and learns there, by role.
    people: dict[str, Any] = field(default_factory=dict)
    found: dict[str, list[Any]] = field(default_factory=dict)
    # Codes that open something to who holds them, and are shown to nobody else.
    secrets: list[str] = field(default_factory=list)
    # Codes that are over, or stand under another's name.
    forged: list[str] = field(default_factory=list)
    # What later rows hang on.
    public: Any = None
    room: Any = None
    course: Any = None
    lesson: Any = None
    run: Any = None
    own_run: Any = None
    at_home: Any = None
    place: Any = None
    more_pages: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return str(self.school.slug)

    def add(self, kind: str, *made: Any) -> None:
        """These are of the kind; of a row its key goes into addresses."""
        keys = [one.pk if isinstance(one, Model) else one for one in made]
        self.found.setdefault(kind, []).extend(keys)


@dataclass
class Street:
    """Both schools, the centre between them, and who asks."""

    a: School
    b: School
    editor: Any
    asking: dict[str, Any]


def of_school_a(kind: str) -> str:
    return f"甲校的{kind}"


def make_street() -> Street:
    """Two whole schools, and a teacher of A who was a clerk of B until yesterday."""
    centre = factories.make_school("centre", title="社区教育中心", level=Level.CENTRE)
    editor = factories.make_staff("editor", centre, Role.EDITOR)
    a = make_whole_school("school-a", "甲市民学校", of_school_a, editor, "1380000")
    b = make_whole_school("school-b", "乙市民学校", name, editor, "1390000")
    page_rows.make_copy(a, b)
    page_rows.make_copy(b, a)
    paint(b)
    return Street(
        a, b, editor, {**a.people, "moved": page_rows.make_moved(a.school, b.school)}
    )


def make_whole_school(
    slug: str, title: str, name: Name, editor: Any, numbers: str
) -> School:
    school = factories.make_school(slug, title=title)
    pages = fill_school(school, name)
    made = School(school, name, pages, numbers)
    made.people = {"teacher": pages.teacher}
    for role in (Role.CLERK, Role.PRINCIPAL):
        made.people[role] = factories.make_staff(name(role), school, role)
    for number, who in enumerate(("resident", "enrolled", "elder", "leaving")):
        made.people[who] = factories.make_learner(
            name(who), phone=f"+86{numbers}{number:04d}", birth_year=1950
        )
    page_rows.fill(made)
    learning_rows.fill(made)
    news_rows.fill(made, editor)
    return made
