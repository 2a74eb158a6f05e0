"""The first page of the admin for who writes: «接着写», «编辑说的话», «怎么写»."""

from typing import Any

from wagtail.admin.ui.components import Component

from core.models import SiteSettings
from courses.review_reading import remarks_for
from courses.writing import drafts_of_writer

REMARKS_SHOWN = 10


class WriteOnPanel(Component):
    """«接着写»: own drafts, the newest first."""

    name = "write_on"
    template_name = "courses/admin/write_on.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"pages": drafts_of_writer(parent_context["request"].user)}


class RemarksPanel(Component):
    """«编辑说的话»: pages that came back from the review, with what was said."""

    name = "remarks"
    template_name = "courses/admin/remarks.html"
    order = 20

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        found = remarks_for(parent_context["request"].user)
        return {"returned": found[:REMARKS_SHOWN]}


class HowToWritePanel(Component):
    """«怎么写»: a page to print, and the telephone of the centre."""

    name = "how_to_write"
    template_name = "courses/admin/how_to_write.html"
    order = 30

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"phone": SiteSettings.current().help_phone}
