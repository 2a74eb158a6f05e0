"""`/desk/courses/…/regrade/`: questions that were changed, and grading them anew."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError
from core.forms import PlainWordsMixin, posted
from core.services.idempotency import run_once
from courses.models import CourseRun, LessonPage
from learning.desk_views import seen_run
from learning.paper import digest_of, live_questions, prompt_of, thaw_one
from learning.regrade_desk import affected, changed_questions, past_regrades
from learning.services.regrade import foresee, regrade


class RegradeForm(PlainWordsMixin, forms.Form):
    """Why, and by which version of the question."""

    reason = forms.CharField(
        label=gettext_lazy("为什么重新判"),
        max_length=200,
        help_text=gettext_lazy("比如：第二个选项也算对。"),
        error_messages={"required": gettext_lazy("请写明为什么重新判。")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


@access(Rule.STAFF)
@never_cache
@require_safe
def regrades(request: HttpRequest, run_id: int) -> HttpResponse:
    """Questions that were changed after people had answered them."""
    run = seen_run(request, run_id)
    return render(
        request,
        "learning/desk/regrades.html",
        {
            "run": run,
            "course": run.course,
            "changed": changed_questions(run),
            "past": past_regrades(run),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regrade_question(
    request: HttpRequest, run_id: int, lesson_id: int, block_id: str
) -> HttpResponse:
    """What grading anew would change, and with a reason the button that does it."""
    run = seen_run(request, run_id)
    lessons = LessonPage.objects.child_of(run.course).live()
    lesson = get_object_or_404(lessons, pk=lesson_id)
    raw = live_questions(lesson).get(block_id)
    if raw is None:
        raise Http404
    form = RegradeForm(
        posted(request), initial={"seen": digest_of(raw), "key": str(uuid4())}
    )
    if request.method == "POST" and form.is_valid() and _done(request, form, run, raw):
        return redirect("desk:regrades", run.pk)
    effect = foresee(run, lesson, raw)
    return render(
        request,
        "learning/desk/regrade.html",
        {
            "form": form,
            "run": run,
            "course": run.course,
            "lesson": lesson,
            "prompt": prompt_of(thaw_one(raw)),
            "right": thaw_one(raw).right_words,
            "effect": effect,
            "people": affected(request.user, effect.better, effect.worse, raw),
        },
        status=422 if form.is_bound else 200,
    )


def _done(
    request: HttpRequest, form: RegradeForm, run: CourseRun, raw: dict[str, Any]
) -> bool:
    match = request.resolver_match
    assert match is not None  # noqa: S101 - a view is called by its route
    lesson = LessonPage.objects.get(pk=match.kwargs["lesson_id"])
    said = form.cleaned_data

    def effect() -> dict[str, int]:
        done = regrade(
            run=run,
            lesson=lesson,
            block_id=raw["id"],
            seen=said["seen"],
            by=request.user,
            reason=said["reason"],
        )
        return {"better": done.better, "worse": done.worse}

    try:
        answer = run_once(
            user=request.user,
            key=said["key"],
            action=f"regrade:{run.pk}:{lesson.pk}:{raw['id']}",
            body={"reason": said["reason"], "seen": said["seen"]},
            effect=effect,
        )
    except KeyReusedError:
        form.add_error(None, _("这一题刚才已经重新判过了。请回上一页看看。"))
        return False
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        _("重新判好了：%(better)s 个答案变好，%(worse)s 个变差。") % answer,
    )
    return True
