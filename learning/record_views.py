"""The learning record on paper: one's own, and at the counter that of a resident."""

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access, require
from core.services.audit import record_audit
from learning.models import Enrolment
from learning.permissions import can_manage_runs, managed_schools
from learning.record import read_record
from learning.views import person


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def own_record(request: HttpRequest) -> HttpResponse:
    """«我的学习档案»: all that one learnt, on a sheet to print."""
    user = person(request)
    now = timezone.now()
    record = read_record(
        Enrolment.objects.filter(learner=user), now, user.attendance.all()
    )
    return render(
        request, "print/record.html", {"person": user, "record": record, "now": now}
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def record_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a resident, printed for them at the school; who did it is kept.

    Only what they learnt at the schools that the reader answers for.
    """
    require(can_manage_runs(request.user))
    # The rights join several rows; the keys alone keep each enrolment single.
    seen = Enrolment.objects.of_staff_view(request.user).filter(learner=pk)
    rows = Enrolment.objects.filter(pk__in=seen.values("pk"))
    resident = get_object_or_404(get_user_model(), pk=pk)
    if not rows.exists():
        raise Http404
    if request.method == "GET":
        record_audit(actor=request.user, action="record.printed", subject=resident)
    now = timezone.now()
    attended = resident.attendance.filter(
        session__school__in=managed_schools(request.user)
    )
    record = read_record(rows, now, attended)
    context = {"person": resident, "record": record, "now": now}
    return render(request, "print/record.html", {**context, "is_at_desk": True})
