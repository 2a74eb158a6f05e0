"""`/draws/<pk>/`: what is published of a draw, for everybody who wants to recompute it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import Rule, access
from courses.choices import Allocation
from courses.models import CoursePage
from learning import draw_rule
from learning.draw_rule import Terms
from learning.models import Draw
from learning.services.draw import is_as_published
from schools.models import SchoolPage


@access(Rule.PUBLIC)
@require_safe
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Hashes, list, terms and result by ticket; the seed only after the draw."""
    shown = CoursePage.objects.open_to_all().order_by()
    found: Draw = get_object_or_404(
        Draw.objects.filter(
            run__course__in=shown, run__allocation=Allocation.DRAW
        ).select_related("run__course", "run__school"),
        pk=pk,
    )
    entries = draw_rule.entries_from(found.entries)
    context = {
        "draw": found,
        "run": found.run,
        "total": len(entries),
        "list_text": draw_rule.list_text(entries),
    }
    if found.drawn_at is not None:
        terms = Terms(
            seats=found.result["seats"],
            quotas=found.result["quotas"],
            first_time_first=found.result["first_time_first"],
        )
        names = dict(
            SchoolPage.objects.filter(pk__in=list(terms.quotas)).values_list(
                "pk", "title"
            )
        )
        context |= {
            "terms": terms,
            "quotas": [
                (key, names.get(int(key), key), seats)
                for key, seats in terms.quotas.items()
            ],
            "seated": found.result["seated"],
            "waiting": found.result["waiting"],
            "given_back": found.result["given_back"],
            "fits": is_as_published(found),
        }
    return render(request, "learning/draw.html", context)
