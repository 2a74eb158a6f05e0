"""`/desk/shared-courses/`: courses that other schools give, and giving one's own."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core.access import Rule, access, require
from core.forms import posted
from core.services.idempotency import run_once
from courses.exceptions import NotReadyError
from courses.models import CourseOffer, CourseOrigin, CoursePage, LessonPage
from courses.permissions import can_write_courses, schools_to_write_for
from courses.services.sharing import (
    copy_course,
    offer_course,
    plan_copy,
    withdraw_offer,
)
from courses.sharing_forms import CopyCourseForm, OfferForm
from courses.writing_views import writable_course

ROWS_A_PAGE = 25


def _offers(request: HttpRequest) -> Any:
    """What the person may copy, with what is shown of it."""
    return CourseOffer.objects.takeable_by(request.user).select_related(
        "school", "course__category", "course__origin"
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def shared_courses(request: HttpRequest) -> HttpResponse:
    """What other schools give, the newest first; narrowed by words."""
    require(can_write_courses(request.user))
    offers = _offers(request)
    words = request.GET.get("q", "").strip()[:80]
    if words:
        offers = offers.filter(course__title__icontains=words)
    page = Paginator(offers, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "courses/desk/shared_courses.html",
        {"page": page, "query": words},
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared_course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course of another school: what is in it, and «复制到我们学校»."""
    require(can_write_courses(request.user))
    offer = get_object_or_404(_offers(request), pk=pk)
    schools = schools_to_write_for(request.user).exclude(pk=offer.school_id)
    form = CopyCourseForm(
        posted(request), schools=schools, initial={"key": str(uuid4())}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _copy(request, offer.course, given["school"], given["key"])
    copies = CourseOrigin.objects.filter(school__in=schools, source=offer.course)
    return render(
        request,
        "courses/desk/shared_course.html",
        {
            "offer": offer,
            "course": offer.course,
            "lessons": LessonPage.objects.child_of(offer.course)
            .live()
            .defer("body")
            .order_by("path"),
            "copies": copies.select_related("course", "school"),
            "form": form,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _copy(
    request: HttpRequest, course: CoursePage, school: Any, key: str
) -> HttpResponse:
    """The copy; the same form sent again leads to the same one."""
    plan = plan_copy(course=course, school=school, by=request.user)
    answer = run_once(
        user=request.user,
        key=key,
        action=f"course.copy:{course.pk}",
        body=school.pk,
        effect=lambda: {
            "course": copy_course(plan=plan, by=request.user).pk,
            "lost": plan.places.lost,
        },
    )
    messages.success(
        request, _("复制好了，居民还看不到。照着自己学校的情况改一改，再交给编辑。")
    )
    lost = answer["lost"]
    if lost:
        messages.warning(
            request,
            ngettext(
                "有 %(count)s 处指向那所学校的链接或文件没有带过来，写课的时候补上。",
                "有 %(count)s 处指向那所学校的链接或文件没有带过来，写课的时候补上。",
                lost,
            )
            % {"count": lost},
        )
    return redirect("desk:my_course", pk=answer["course"])


@access(Rule.STAFF)
@require_POST
def copy_own(request: HttpRequest, pk: int) -> HttpResponse:
    """«再做一份»: a second one in the same school, with the newest words of the first."""
    course = writable_course(request, pk)
    return _copy(request, course, course.school, request.POST.get("key", "")[:64])


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """«给别的学校用»: what that means, and the tick that it is ours to give."""
    course = writable_course(request, pk)
    form = OfferForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            offer_course(course=course, by=request.user)
        except NotReadyError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("好了，街道里别的学校可以复制这门课了。"))
        return redirect("desk:my_course", pk=course.pk)
    return render(
        request,
        "courses/desk/offer_course.html",
        {"form": form, "course": course},
        status=422 if form.is_bound and form.errors else 200,
    )


@access(Rule.STAFF)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """«不再给了»: copies that were made stay where they are."""
    course = writable_course(request, pk)
    withdraw_offer(course=course, by=request.user)
    messages.success(request, _("收回了。别的学校不能再复制；已经复制的还在他们那儿。"))
    return redirect("desk:my_course", pk=course.pk)
