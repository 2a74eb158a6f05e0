"""`/desk/courses/…/people/…/time/`: more time in quizzes for one learner."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Rule, access
from core.forms import PlainWordsMixin, posted
from core.language import sentence_html
from learning.desk_views import seen_run
from learning.models import Enrolment
from learning.services.extra_time import MOST_PERCENT, give_extra_time


class ExtraTimeForm(PlainWordsMixin, forms.Form):
    """How much more, in per cent of the limit."""

    percent = forms.IntegerField(
        label=_("多给百分之几"),
        min_value=0,
        max_value=MOST_PERCENT,
        help_text=_("比如 50：限 10 分钟的小测，给 15 分钟。0 就是不多给。"),
        error_messages={
            "invalid": _("请填一个数，比如 50。"),
            "min_value": _("请填 0 到 200 之间的数。"),
            "max_value": _("请填 0 到 200 之间的数。"),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def extra_time(request: HttpRequest, run_id: int, enrolment_id: int) -> HttpResponse:
    """«多给时间»: for who reads or writes slowly, by who teaches them."""
    run = seen_run(request, run_id)
    people = Enrolment.objects.of_staff_view(request.user).filter(run=run)
    row = get_object_or_404(people.select_related("learner"), pk=enrolment_id)
    form = ExtraTimeForm(posted(request), initial={"percent": row.extra_time_percent})
    if request.method == "POST" and form.is_valid():
        percent = form.cleaned_data["percent"]
        give_extra_time(enrolment=row, percent=percent, by=request.user)
        name = row.learner.get_full_name()
        words = _("%(name)s 做小测，多给 %(percent)s%% 的时间。")
        messages.success(request, sentence_html(str(words), name=name, percent=percent))
        return redirect("desk:roster", run.pk)
    return render(
        request,
        "learning/desk/extra_time.html",
        {"form": form, "run": run, "course": run.course, "learner": row.learner},
        status=422 if form.is_bound else 200,
    )
