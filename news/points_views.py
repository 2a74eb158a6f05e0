"""`/desk/publicity/ranking/`, the outlets and what an adoption is worth."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access, require
from core.civil_time import civil_date, month_in_words
from core.forms import posted
from news.desk_forms import BonusForm, OutletForm, PointRuleForm, PointSettingsForm
from news.models import Outlet, PointRule, PointSettings
from news.permissions import handles_publicity, sees_publicity
from news.publicity import Period, read_ranking
from news.services.points import change_points
from news.services.submissions import add_bonus
from news.word_files import circular_as_word

FIRST_YEAR = 2000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@access(Rule.STAFF)
@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Who stands where this month, or in the month or year that is asked for."""
    require(sees_publicity(request.user))
    context = _ranking(request) | {"handles": bool(handles_publicity(request.user))}
    return render(request, "news/desk/ranking.html", context)


@access(Rule.STAFF)
@require_GET
def circular(request: HttpRequest) -> HttpResponse:
    """The circular, to print."""
    require(sees_publicity(request.user))
    return render(request, "print/circular.html", _ranking(request))


@access(Rule.STAFF)
@require_GET
def circular_file(request: HttpRequest) -> HttpResponse:
    """The circular as a Word file."""
    require(sees_publicity(request.user))
    context = _ranking(request)
    answer = HttpResponse(
        circular_as_word(context["ranking"], context["heading"]), content_type=WORD
    )
    header = content_disposition_header(True, f"{context['heading']}.docx")
    answer.headers["Content-Disposition"] = header or "attachment"
    return answer


def _ranking(request: HttpRequest) -> dict[str, Any]:
    """The figures of the period in the address; an unknown one is this month."""
    today = civil_date()
    year = _number(request.GET.get("year"), FIRST_YEAR, today.year) or today.year
    asked = request.GET.get("month", "")
    month = _number(asked, 1, 12)
    if month is None and asked != "all":
        month = today.month
    values = {"year": year, "month": month_in_words(today.replace(day=1, month=month))
              if month else ""}  # fmt: skip
    heading = (
        _("%(year)s 年 %(month)s采用情况通报")
        if month
        else _("%(year)s 年采用情况通报")
    )
    period = Period.of_month(year, month) if month else Period.of_year(year)
    return {
        "ranking": read_ranking(period),
        "heading": heading % values,
        "year": year,
        "month": month,
        "years": range(today.year, today.year - 3, -1),
        "months": [
            (number, month_in_words(today.replace(day=1, month=number)))
            for number in range(1, 13)
        ],
    }


def _number(text: str | None, lowest: int, highest: int) -> int | None:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 4:
        return None
    return int(text) if lowest <= int(text) <= highest else None


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest) -> HttpResponse:
    """The switches, and what each level is worth."""
    require(handles_publicity(request.user))
    form = PointSettingsForm(posted(request), instance=PointSettings.load())
    if request.method == "POST" and form.is_valid():
        change_points(form=form, by=request.user)
        messages.success(request, _("改好了，名次按新的算。"))
        return redirect("desk:points")
    levels = PointRule.objects.all().order_by("-points")
    return render(
        request,
        "news/desk/points.html",
        {"form": form, "rules": levels},
        status=422 if form.errors else 200,
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: HttpRequest, level: str) -> HttpResponse:
    """What one level is worth."""
    require(handles_publicity(request.user))
    rule = get_object_or_404(PointRule, level=level)
    form = PointRuleForm(posted(request), instance=rule)
    return _form_page(request, form, rule.get_level_display(), "desk:points")


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bonus(request: HttpRequest) -> HttpResponse:
    """Points by hand."""
    require(handles_publicity(request.user))
    form = BonusForm(posted(request))
    if request.method == "POST" and form.is_valid():
        add_bonus(by=request.user, **form.cleaned_data)
        messages.success(request, _("记下了。"))
        return redirect("desk:ranking")
    context = {"form": form, "heading": _("加分、扣分"), "back": "desk:ranking"}
    return render(
        request, "news/desk/form.html", context, status=422 if form.errors else 200
    )


@access(Rule.STAFF)
@require_GET
def outlets(request: HttpRequest) -> HttpResponse:
    """The outlets of the street."""
    require(handles_publicity(request.user))
    return render(
        request, "news/desk/outlets.html", {"outlets": Outlet.objects.in_order()}
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_outlet(request: HttpRequest) -> HttpResponse:
    require(handles_publicity(request.user))
    return _form_page(
        request, OutletForm(posted(request)), _("加一家媒体"), "desk:outlets"
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_outlet(request: HttpRequest, pk: int) -> HttpResponse:
    require(handles_publicity(request.user))
    outlet = get_object_or_404(Outlet, pk=pk)
    form = OutletForm(posted(request), instance=outlet)
    return _form_page(request, form, outlet.name, "desk:outlets")


def _form_page(
    request: HttpRequest, form: Any, heading: str, back: str
) -> HttpResponse:
    """A form of one of the centre's own lists: saved, and back to the list."""
    if request.method == "POST" and form.is_valid():
        change_points(form=form, by=request.user)
        messages.success(request, _("存好了。"))
        return redirect(back)
    context = {"form": form, "heading": heading, "back": back}
    return render(
        request, "news/desk/form.html", context, status=422 if form.errors else 200
    )
