from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("搜索")

    def ready(self) -> None:
        from search.signal_handlers import connect

        connect()


def warm_up() -> None:
    """Read the dictionaries now, or the first search of a process waits for them."""
    from search.sounds import heard
    from search.text import Run
    from search.wording import Step, read

    heard(Run(is_han=True, text="字"))
    read("长辈版", Step.EXACT)
