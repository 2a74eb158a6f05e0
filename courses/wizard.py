"""«写一课»: the answers between its pages, kept in the session.

The key that a first visit makes goes with the answers to the last page: sent twice, the
course is made once.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from courses.exceptions import PlanGoneError
from courses.models import Audience, Category
from courses.permissions import schools_to_write_for
from courses.services.writing import CoursePlan

SESSION_KEY = "course_wizard"
STEPS = ("school", "title", "audience", "lessons", "cover")


@dataclass
class Wizard:
    """The answers of one person so far. Values are what JSON can hold."""

    user: Any
    session: Any
    key: str
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Any) -> "Wizard":
        kept = request.session.get(SESSION_KEY) or {}
        return cls(
            user=request.user,
            session=request.session,
            key=kept.get("key") or str(uuid4()),
            answers=kept.get("answers") or {},
        )

    def keep(self, given: dict[str, Any]) -> None:
        """Write answers down, for the next page and for another day."""
        self.answers |= given
        self.session[SESSION_KEY] = {"key": self.key, "answers": self.answers}

    def forget(self) -> None:
        """The course is there; the next one begins empty and with another key."""
        self.session.pop(SESSION_KEY, None)

    @property
    def steps(self) -> tuple[str, ...]:
        """The pages; who works at one school is not asked which."""
        return STEPS if len(self.schools) > 1 else STEPS[1:]

    @property
    def schools(self) -> list[Any]:
        if "_schools" not in self.__dict__:
            self.__dict__["_schools"] = list(schools_to_write_for(self.user))
        found: list[Any] = self.__dict__["_schools"]
        return found

    def is_answered(self, step: str) -> bool:
        name = {"audience": "category"}.get(step, step)
        return name in self.answers

    def first_open(self, before: str = "") -> str:
        """The first page without an answer, of those before a page or of all."""
        steps = self.steps
        asked = steps[: steps.index(before)] if before else steps
        return next((one for one in asked if not self.is_answered(one)), before)

    def school(self) -> Any:
        """The school of the course.

        Raises:
            PlanGoneError: none was chosen, or the person no longer works there.
        """
        if len(self.schools) == 1:
            return self.schools[0]
        chosen = self.answers.get("school")
        found = next((one for one in self.schools if one.pk == chosen), None)
        if found is None:
            raise PlanGoneError
        return found

    def category(self) -> Category | None:
        return Category.objects.filter(pk=self.answers.get("category") or 0).first()

    def plan(self, key: str) -> CoursePlan:
        """All answers, as the service wants them.

        Raises:
            PlanGoneError: the page that was sent belongs to other answers, or some of
                them are missing.
        """
        category = self.category()
        if key != self.key or category is None or self.first_open():
            raise PlanGoneError
        return CoursePlan(
            title=self.answers["title"],
            category=category,
            lessons=self.answers["lessons"],
            audience=Audience.objects.filter(
                pk=self.answers.get("audience") or 0
            ).first(),
            pattern=self.answers["cover"],
        )
