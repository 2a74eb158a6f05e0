from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("学习")

    def ready(self) -> None:
        from attendance.gathering import on_roll, register_gathering
        from core.slots import register_context, register_slot
        from learning import places, privacy, roll, signal_handlers, slots
        from learning.handout_views import lesson_sheet
        from learning.services.hours import credit_session

        privacy.declare_all()
        register_gathering(roll.run_gathering)
        on_roll(roll.call_after_absences)
        on_roll(credit_session)
        on_roll(roll.complete_after_roll)
        register_context("runs.columns", places.place_columns)
        register_context("runs.places", places.places)
        register_context("course.context", slots.course_context)
        register_context("lesson.context", slots.lesson_context)
        register_context("home.context", slots.home_context)
        register_slot("course.action", slots.course_action)
        register_slot("course.dock", slots.course_dock)
        register_slot("lesson.finish", slots.lesson_finish)
        register_slot("lesson.ask", slots.lesson_ask)
        register_slot("lesson.print", slots.lesson_print)
        register_slot("roll.walk_in", slots.roll_walk_in)
        register_slot("lesson.sheet", lesson_sheet)
        register_slot("lesson.nav", slots.lesson_nav)
        signal_handlers.connect()
