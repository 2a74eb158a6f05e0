from learning.models.attempt import Attempt, Response
from learning.models.call import CallTask
from learning.models.draw import Draw
from learning.models.enrolment import Enrolment, EnrolmentEvent
from learning.models.progress import LessonProgress

__all__ = [
    "Attempt",
    "CallTask",
    "Draw",
    "Enrolment",
    "EnrolmentEvent",
    "LessonProgress",
    "Response",
]
