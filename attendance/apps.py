from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = _("到课")

    def ready(self) -> None:
        from attendance import privacy, signal_handlers

        privacy.declare_all()
        signal_handlers.connect()
