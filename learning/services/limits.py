"""Who may have a seat: classes a term, age, a relative's signature (domain §6).

Checked under the person's lock and only when somebody comes on a run, never when an
enrolment that exists is changed. Staff of the school may make an exception with a
reason; for seats there is none.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count

from core.civil_time import civil_date
from courses.models import CourseRun
from learning.choices import COUNTED_STATES, EXPERIENCED_STATES
from learning.exceptions import (
    AgeError,
    BirthYearNeededError,
    ClassLimitError,
    SignatureNeededError,
)
from learning.models import Enrolment

# A close relative signs for a learner of that age on (domain §6: over 80).
SIGNATURE_AGE = 80


def check_limits(
    *,
    learner: Any,
    run: CourseRun,
    at: datetime,
    relative_name: str = "",
    is_override: bool = False,
) -> list[str]:
    """Ask every limit of a run with dates; which were passed over by an override.

    Raises:
        BirthYearNeededError: the run has an age window, the account no year of birth.
        AgeError: the person is certainly younger or older than the run's window.
        SignatureNeededError: nobody signed for a person of a great age.
        ClassLimitError: the person has as many classes in the term as one may have.
    """
    if run.is_self_paced:
        return []
    passed_over = []
    for check in (_check_age, _check_signature, _check_classes):
        try:
            check(learner, run, at, relative_name)
        except (
            AgeError, BirthYearNeededError, SignatureNeededError, ClassLimitError
        ) as refusal:  # fmt: skip
            if not is_override:
                raise
            passed_over.append(type(refusal).__name__)
    return passed_over


def age_in_year(learner: Any, run: CourseRun, at: datetime) -> int | None:
    """The age that the person reaches in the year in which the run begins."""
    if learner.birth_year is None:
        return None
    year = run.starts_on.year if run.starts_on else civil_date(at).year
    return int(year - learner.birth_year)


def needs_signature(learner: Any, run: CourseRun, at: datetime) -> bool:
    """Whether a relative must sign: from the year in which the person becomes 80."""
    age = age_in_year(learner, run, at)
    return not run.is_self_paced and age is not None and age >= SIGNATURE_AGE


def classes_in_term(
    learner_ids: Iterable[int], run: CourseRun, at: datetime
) -> dict[int, int]:
    """How many other classes with dates each person has in the run's term, in one query.

    All schools of the street together; classes that are over or do not take place do
    not count, nor does waiting for one.
    """
    counted = CourseRun.objects.dated().not_over(at).not_cancelled()
    rows = (
        Enrolment.objects.filter(
            learner__in=list(learner_ids),
            state__in=COUNTED_STATES,
            run__in=counted.filter(term=run.term).exclude(pk=run.pk),
        )
        .order_by()
        .values_list("learner")
        .annotate(total=Count("run", distinct=True))
    )
    return dict(rows)


def have_learnt_before(learner_ids: Iterable[int], run: CourseRun) -> set[int]:
    """Who of these has been on another class with dates, at whatever school."""
    return set(
        Enrolment.objects.filter(
            learner__in=list(learner_ids),
            state__in=EXPERIENCED_STATES,
            run__is_self_paced=False,
        )
        .exclude(run=run)
        .values_list("learner_id", flat=True)
    )


def classes_allowed() -> int:
    """How many classes with dates one person may have in a term."""
    return int(settings.CLASSES_A_TERM)


def _check_age(learner: Any, run: CourseRun, at: datetime, _relative: str) -> None:
    if run.age_min is None and run.age_max is None:
        return
    age = age_in_year(learner, run, at)
    if age is None:
        raise BirthYearNeededError
    # Only the year of birth is known: whoever may still be of the right age is.
    if (run.age_min is not None and age < run.age_min) or (
        run.age_max is not None and age - 1 > run.age_max
    ):
        raise AgeError(run.age_min, run.age_max)


def _check_signature(learner: Any, run: CourseRun, at: datetime, relative: str) -> None:
    if needs_signature(learner, run, at) and not relative.strip():
        raise SignatureNeededError(SIGNATURE_AGE)


def _check_classes(learner: Any, run: CourseRun, at: datetime, _relative: str) -> None:
    if classes_in_term([learner.pk], run, at).get(learner.pk, 0) >= classes_allowed():
        raise ClassLimitError(classes_allowed())
