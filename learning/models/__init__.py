from learning.models.attempt import Attempt, LateAnswer, Regrade, Response
from learning.models.call import CallTask
from learning.models.certificate import Certificate, CertificateYear
from learning.models.draw import Draw
from learning.models.enrolment import Enrolment, EnrolmentEvent
from learning.models.group import GroupSeat, GroupSitting
from learning.models.hours import HoursEntry
from learning.models.message import Conversation, Message
from learning.models.progress import LessonProgress
from learning.models.work import WorkFile

__all__ = [
    "Attempt",
    "CallTask",
    "Certificate",
    "CertificateYear",
    "Conversation",
    "Draw",
    "Enrolment",
    "EnrolmentEvent",
    "GroupSeat",
    "GroupSitting",
    "HoursEntry",
    "LateAnswer",
    "LessonProgress",
    "Message",
    "Regrade",
    "Response",
    "WorkFile",
]
