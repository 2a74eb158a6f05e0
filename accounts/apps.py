from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("账号")

    def ready(self) -> None:
        from accounts import checks, privacy, signal_handlers  # noqa: F401
        from accounts.services.consent import may_leave
        from core.services.outbox import GATES

        privacy.declare_all()
        GATES["consent"] = may_leave
