from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self) -> None:
        from core.slots import register_slot
        from courses import help_texts, privacy, signal_handlers, slots
        from courses.models import CoursePage, LessonPage, QuestionBankPage
        from courses.review_reading import paths_taught_by
        from schools.review.authors import OWN_PATHS

        privacy.declare_all()
        signal_handlers.connect()
        help_texts.register_all(CoursePage, LessonPage, QuestionBankPage)
        help_texts.connect_blocks()
        if paths_taught_by not in OWN_PATHS:
            OWN_PATHS.append(paths_taught_by)
        register_slot("page.edit", slots.edit_link)
        register_slot("course.sheet", slots.course_sheet)
        register_slot("editor.checks", slots.editor_checks)
        register_slot("school.week", slots.school_week)
        register_slot("school.courses", slots.school_classes, order=50)
        register_slot("school.courses", slots.school_courses)
