"""The editor for rich text, which takes nothing that it has not sent itself."""

from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea


class CheckedRichTextArea(DraftailRichTextArea):
    """Wagtail's, for which whatever is no content of an editor is an error of the site."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The HTML to keep.

        Raises:
            BadRequest: this comes from no editor; the answer is 400.
        """
        try:
            return super().value_from_datadict(data, files, name)
        except (
            AttributeError, LookupError, RecursionError, TypeError, ValueError,
        ) as error:  # fmt: skip
            raise BadRequest from error
