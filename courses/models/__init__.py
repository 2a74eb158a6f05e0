from courses.models.bank import QuestionBankPage
from courses.models.course import CourseIndexPage, CoursePage
from courses.models.import_draft import ImportDraft
from courses.models.lesson import LessonPage
from courses.models.preview import PreviewLink
from courses.models.run import CourseRun
from courses.models.run_session import RunSession
from courses.models.sharing import CourseOffer, CourseOrigin
from courses.models.vocabulary import Audience, Category

__all__ = [
    "Audience",
    "Category",
    "CourseIndexPage",
    "CourseOffer",
    "CourseOrigin",
    "CoursePage",
    "CourseRun",
    "ImportDraft",
    "LessonPage",
    "PreviewLink",
    "QuestionBankPage",
    "RunSession",
]
