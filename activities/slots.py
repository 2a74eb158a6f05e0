"""What brands draw on pages of the apps below: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from activities.models import BrandPage


def school_brands(request: HttpRequest, school: Any) -> str:
    """The brands of a school, on its page: one query."""
    brands = list(BrandPage.objects.in_order().descendant_of(school))
    return render_to_string(
        "activities/slots/school_brands.html", {"brands": brands}, request=request
    )
