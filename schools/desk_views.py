"""`/desk/people/`: who works here; invite, appoint, end, hand over; the people file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access, require
from core.civil_time import civil_date
from core.forms import posted
from schools.forms import AppointForm, HandOverForm, InviteForm, StaffProfileForm
from schools.models import Membership, SchoolPage, StaffProfile
from schools.permissions import (
    appointable_roles,
    can_appoint,
    can_see_people,
    staffed_schools,
)
from schools.services.membership import (
    appoint,
    end_membership,
    hand_over,
    invite,
)


@access(Rule.STAFF)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The schools whose people one may see; one alone is opened at once."""
    schools = list(staffed_schools(request.user))
    if not schools:
        raise PermissionDenied(_("只有校长、社教专干和社区教育中心能看到这里。"))
    if len(schools) == 1:
        return redirect("desk:school_people", school_id=schools[0].pk)
    return render(request, "schools/desk/schools.html", {"schools": schools})


def _school(request: HttpRequest, school_id: int) -> SchoolPage:
    """The school, if the person may see its people; another's looks like none."""
    school = get_object_or_404(SchoolPage, pk=school_id)
    if not can_see_people(request.user, school):
        raise Http404
    return school


def _school_and_roles(
    request: HttpRequest, school_id: int
) -> tuple[SchoolPage, list[str]]:
    """The school and the roles that the person may give there; none is a refusal."""
    school = _school(request, school_id)
    roles = appointable_roles(request.user, school)
    if not roles:
        raise PermissionDenied(_("您不能任命这里的岗位。请联系校长或社区教育中心。"))
    return school, roles


@access(Rule.STAFF)
@require_GET
def school_people(request: HttpRequest, school_id: int) -> HttpResponse:
    """Who is what at the school today, who was, and the people file."""
    school = _school(request, school_id)
    memberships = Membership.objects.filter(school=school).staff()
    memberships = memberships.select_related("user")
    roles = appointable_roles(request.user, school)
    current = list(memberships.active().order_by("role", "since"))
    for one in current:
        one.may_end = one.role in roles
    return render(
        request,
        "schools/desk/people.html",
        {
            "school": school,
            "current": current,
            "past": memberships.filter(until__lt=civil_date()).order_by("-until")[:50],
            "profiles": StaffProfile.objects.filter(school=school).order_by(
                "-is_active", "employment", "name"
            ),
            "may_appoint": bool(roles),
        },
    )


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def appoint_person(request: HttpRequest, school_id: int) -> HttpResponse:
    """Give a role to a person who has an account."""
    school, roles = _school_and_roles(request, school_id)
    form = AppointForm(posted(request), roles=roles)
    if request.method == "POST" and form.is_valid():
        appoint(
            user=form.cleaned_data["person"],
            school=school,
            role=form.cleaned_data["role"],
            by=request.user,
        )
        messages.success(request, _("已经任命好了，他下次打开网站就能用。"))
        return redirect("desk:school_people", school_id=school.pk)
    return _form(request, form, _("任命"), school)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest, school_id: int) -> HttpResponse:
    """Give a role to somebody who has no account yet."""
    school, roles = _school_and_roles(request, school_id)
    form = InviteForm(posted(request), roles=roles)
    if request.method == "POST" and form.is_valid():
        invite(school=school, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("已经请好了。他用这个手机号收验证码登录，就能开始用。")
        )
        return redirect("desk:school_people", school_id=school.pk)
    return _form(request, form, _("请一个新人来"), school)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, after asking once."""
    membership = _membership(request, pk)
    if request.method == "POST":
        end_membership(membership=membership, by=request.user)
        messages.success(request, _("已经结束。他不能再进工作台的这一部分。"))
        return redirect("desk:school_people", school_id=membership.school_id)
    return render(request, "schools/desk/end.html", {"membership": membership})


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role from one person to another in one step."""
    membership = _membership(request, pk)
    form = HandOverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        hand_over(
            membership=membership, to=form.cleaned_data["person"], by=request.user
        )
        messages.success(request, _("已经交接好了。"))
        return redirect("desk:school_people", school_id=membership.school_id)
    title = _("交接：%(role)s") % {"role": membership.get_role_display()}
    return _form(request, form, title, membership.school)


def _membership(request: HttpRequest, pk: int) -> Membership:
    """A standing membership that the person may end; another's looks like none."""
    membership = get_object_or_404(
        Membership.objects.active().select_related("user", "school"), pk=pk
    )
    if not can_see_people(request.user, membership.school):
        raise Http404
    require(can_appoint(request.user, membership.school, membership.role))
    return membership


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(
    request: HttpRequest, school_id: int, pk: int | None = None
) -> HttpResponse:
    """Add to the people file, or correct it."""
    school = _school(request, school_id)
    if pk is None:
        instance = StaffProfile(school=school)
    else:
        instance = get_object_or_404(StaffProfile, pk=pk, school=school)
    form = StaffProfileForm(posted(request), instance=instance)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("存好了。"))
        return redirect("desk:school_people", school_id=school.pk)
    title = _("改师资资料") if pk else _("加一位老师或志愿者")
    return _form(request, form, title, school)


def _form(
    request: HttpRequest, form: Any, title: str, school: SchoolPage
) -> HttpResponse:
    """A form page; with errors it answers 422 and its summary has the focus."""
    return render(
        request,
        "schools/desk/form.html",
        {"form": form, "title": title, "school": school},
        status=422 if form.is_bound and form.errors else 200,
    )
