"""The form of a story in the admin: its column decides which kinds it may be."""

from typing import Any

from news.choices import NOTICE_KINDS, NewsKind, kinds_of_column
from schools.admin.page_form import TenantPageForm


class StoryForm(TenantPageForm):
    """A notice is written in its own column; an older one may stay where it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("kind")
        if field is None or self.parent_page is None:
            return
        wanted = kinds_of_column(self.parent_page)
        if self.instance.pk is None and wanted == NOTICE_KINDS:
            self.initial["kind"] = NewsKind.NOTICE
        kept = {*wanted, self.instance.kind} if self.instance.pk else set(wanted)
        field.choices = [one for one in NewsKind.choices if one[0] in kept]
