from learning.models.attempt import Attempt, Response
from learning.models.enrolment import Enrolment, EnrolmentEvent
from learning.models.progress import LessonProgress

__all__ = ["Attempt", "Enrolment", "EnrolmentEvent", "LessonProgress", "Response"]
