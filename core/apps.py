from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("系统基础")

    def ready(self) -> None:
        from core import willow_ops

        willow_ops.register()
