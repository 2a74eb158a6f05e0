from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("系统基础")

    def ready(self) -> None:
        from core import (
            checks,
            library_words,
            personal_data,
            spreadsheets,
            willow_ops,
        )

        personal_data.declare_all()
        willow_ops.register()
        spreadsheets.guard_admin_exports()
        checks.register_all()
        library_words.name_library_fields()
