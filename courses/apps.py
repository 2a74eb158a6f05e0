from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self) -> None:
        from core.slots import register_slot
        from courses import slots

        register_slot("school.courses", slots.school_courses)
