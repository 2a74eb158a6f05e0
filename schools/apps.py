from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("学校")

    def ready(self) -> None:
        from schools import checks, privacy  # noqa: F401  checks registers itself

        privacy.declare_all()
