from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("系统基础")

    def ready(self) -> None:
        from wagtail import signals

        from core import (
            any_of,
            checks,
            clusters,
            library_words,
            personal_data,
            public_pages,
            spreadsheets,
            thread_locals,
            willow_ops,
        )
        from core.services import renditions

        any_of.register()
        clusters.remember_children()
        thread_locals.keep_by_thread()
        personal_data.declare_all()
        willow_ops.register()
        spreadsheets.guard_admin_exports()
        checks.register_all()
        library_words.name_library_fields()
        for changed in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            changed.connect(public_pages.make_old, dispatch_uid="public_pages")
        post_save.connect(
            renditions.make_beside, sender="core.SiteImage", dispatch_uid="renditions"
        )
        for changed in (post_save, post_delete):
            changed.connect(public_pages.seen_by_all, dispatch_uid="public_pages")
