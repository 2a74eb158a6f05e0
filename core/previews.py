"""How a page is looked at before it is published: as residents will see it.

The preview is a stranger's look: nobody's progress is in it, and the browser lets it
send nothing, so that looking never changes what people have learnt.
"""

from enum import StrEnum
from typing import Any, ClassVar

from csp.constants import NONE
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import Userbar

from core.display import DISPLAY_COOKIE, LANGUAGE_COOKIE, Display
from core.slots import render_slot


class PreviewMode(StrEnum):
    """As whom one looks."""

    PHONE = "phone"
    ELDER = "elder"
    PRINT = "print"


DISPLAYS = {
    PreviewMode.PHONE: Display(),
    PreviewMode.ELDER: Display(size="xlarge", theme="light"),
    PreviewMode.PRINT: Display(),
}
LABELS = {
    PreviewMode.PHONE: _("手机"),
    PreviewMode.ELDER: _("长辈版（特大）"),
    PreviewMode.PRINT: _("打印"),
}
SIZES = [
    {
        "name": "mobile",
        "icon": "mobile-alt",
        "device_width": 390,
        "label": _("手机大小"),
    },
    {
        "name": "tablet",
        "icon": "tablet-alt",
        "device_width": 768,
        "label": _("平板大小"),
    },
    {
        "name": "desktop",
        "icon": "desktop",
        "device_width": 1280,
        "label": _("电脑大小"),
    },
]


class LearnerPreviewMixin:
    """The previews of a page type: as on a phone, in 长辈版, on paper."""

    # What draws the page on paper: a slot. Empty where there is no sheet of it.
    sheet_slot: ClassVar[str] = ""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        modes: list[PreviewMode] = [PreviewMode.PHONE, PreviewMode.ELDER]
        if self.sheet_slot:
            modes.append(PreviewMode.PRINT)
        return [(mode.value, LABELS[mode]) for mode in modes]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return SIZES

    def serve_preview(self, request: Any, mode_name: str) -> HttpResponse:
        """The page as somebody sees it who has not signed in, whoever looks."""
        person, request.user = request.user, AnonymousUser()
        request.is_preview = True
        mode = mode_of(self, mode_name)
        # The size comes with the mode; how the one who looks reads the site does not.
        language = request.COOKIES.get(LANGUAGE_COOKIE, "")
        request.COOKIES = {
            DISPLAY_COOKIE: DISPLAYS[mode].as_cookie(),
            LANGUAGE_COOKIE: language,
        }
        if mode == PreviewMode.PRINT:
            sheet = render_slot(self.sheet_slot, request, self)
            response = HttpResponse(sheet)
        else:
            response = super().serve_preview(request, mode_name)  # type: ignore[misc]
            response.render()
        request.user = person
        if getattr(request, "in_preview_panel", False):
            _add_checker(response, request, self)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response


def mode_of(page: Any, name: str) -> PreviewMode:
    """The mode of that name, if the page has it; else the first."""
    known = [value for value, _label in page.preview_modes]
    return PreviewMode(name if name in known else known[0])


def _add_checker(response: HttpResponse, request: HttpRequest, page: Any) -> None:
    """What lets the editor's panel of checks look into the preview."""
    bar = Userbar(object=page).render_html({"request": request}).encode()
    response.content = response.content.replace(b"</body>", bar + b"</body>", 1)


def silent(policy: dict[str, Any]) -> dict[str, Any]:
    """That policy for a page that is only looked at: it can send nothing."""
    return {**policy, "form-action": [NONE], "connect-src": [NONE]}


def preview_policy() -> dict[str, Any]:
    """The policy of a preview in the admin."""
    return silent(settings.ADMIN_CONTENT_SECURITY_POLICY)
