from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("首页")

    def ready(self) -> None:
        post_migrate.connect(bring_to_the_list, dispatch_uid="home.bring_to_the_list")


def bring_to_the_list(app_config: AppConfig, plan: Any = (), **kwargs: Any) -> None:
    """After a migrate: the tree that every site has, and what roles may do in it.

    Waits for the last app, since permissions are made app by app. A partial migrate
    (a test that goes back in history) is left alone.
    """
    with_models = [one for one in apps.get_app_configs() if one.models_module]
    if app_config is not with_models[-1]:
        return
    if not _is_complete(kwargs.get("using", "default")):
        return
    from home.services.tree import ensure_site_tree
    from news.services.reviews import import_published, move_to_reviews
    from schools.services.provisioning import provision_all

    ensure_site_tree()
    provision_all()
    import_published()
    move_to_reviews()


def _is_complete(using: str) -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[using])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
