from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("品牌")

    def ready(self) -> None:
        from activities import privacy, slots
        from core.slots import register_slot

        privacy.declare_all()
        register_slot("school.brands", slots.school_brands)
