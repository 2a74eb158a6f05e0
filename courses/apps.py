from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self) -> None:
        from core.slots import register_slot
        from courses import privacy, signal_handlers, slots

        privacy.declare_all()
        signal_handlers.connect()
        register_slot("page.edit", slots.edit_link)
        register_slot("school.week", slots.school_week)
        register_slot("school.courses", slots.school_classes, order=50)
        register_slot("school.courses", slots.school_courses)
