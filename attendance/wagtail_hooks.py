"""The operator's list of days without lessons, in the Wagtail admin."""

from typing import Any, ClassVar

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from attendance.models import Holiday


class HolidayViewSet(ModelViewSet):
    """Who may change the list is a permission of the model: the site admin's."""

    model = Holiday
    icon = "date"
    menu_order = 260
    add_to_admin_menu = True
    list_display: ClassVar[list[str]] = ["date", "name"]
    form_fields: ClassVar[list[str]] = ["date", "name"]
    ordering: ClassVar[list[str]] = ["-date"]
    copy_view_enabled = False
    inspect_view_enabled = False


@hooks.register("register_admin_viewset")
def register_holidays() -> Any:
    return HolidayViewSet()
