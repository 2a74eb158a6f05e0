from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "health"
    verbose_name = _("网站体检")

    def ready(self) -> None:
        from core.slots import register_slot
        from health import due, slots
        from learning.due import register_due

        register_slot("desk.links", slots.health_link, order=200)
        register_due(due.due_health)
