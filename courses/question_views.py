"""`/desk/questions/`: banks and lessons with their questions, copied and taken out."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from core.access import Rule, access
from core.exceptions import KeyReusedError
from core.forms import posted
from core.services.idempotency import run_once
from courses.models import QuestionBankPage
from courses.question_desk import (
    bank_rows,
    banks_of,
    course_titles,
    is_held,
    lessons_of,
    newest,
    other_places,
    question_rows,
    question_schools,
    section_of,
    writable_in,
)
from courses.question_files import write_gift, write_moodle_xml, write_xlsx
from courses.question_forms import BankForm, CopyForm
from courses.question_import import shown
from courses.services.questions import copy_questions, start_bank

ROWS_A_PAGE = 25
# What a bank or lesson goes out as: who writes it, what it is, how its name ends.
FORMS: dict[str, tuple[Any, str, str]] = {
    "xlsx": (
        write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    "gift": (write_gift, "text/plain; charset=utf-8", "gift.txt"),
    "xml": (write_moodle_xml, "application/xml", "xml"),
}


def held_page(request: HttpRequest, pk: int) -> Any:
    """The bank or lesson, if the person may write it; another's looks like none."""
    page = get_object_or_404(Page, pk=pk).specific
    if not is_held(page) or not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return page


def is_bank(page: Any) -> bool:
    return isinstance(page, QuestionBankPage)


@access(Rule.STAFF)
@never_cache
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The banks of one's schools, with how much is in each."""
    banks = banks_of(request.user).select_related("latest_revision")
    page = Paginator(banks, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "courses/desk/questions.html",
        {
            "page": page,
            "rows": bank_rows(page.object_list),
            "may_start": question_schools(request.user).exists(),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """The lessons that one may write, to bring questions into one or take them out."""
    words = request.GET.get("q", "").strip()[:80]
    page = Paginator(lessons_of(request.user, words), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    courses = course_titles(page.object_list)
    rows = [(one, courses[one.path]) for one in page.object_list]
    return render(
        request,
        "courses/desk/question_lessons.html",
        {"page": page, "rows": rows, "query": words},
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_bank(request: HttpRequest) -> HttpResponse:
    """Give a new bank its name; questions come next."""
    schools = question_schools(request.user)
    if not schools:
        raise Http404
    form = BankForm(posted(request), schools=schools, initial={"key": str(uuid4())})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("desk:question_page", _started_once(request, form))
        except KeyReusedError:
            form.add_error(None, _("这张表已经用过一次了。请回到题库重新开始。"))
    return render(
        request,
        "courses/desk/bank_new.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


def _started_once(request: HttpRequest, form: BankForm) -> int:
    said = form.cleaned_data

    def start() -> dict[str, int]:
        section = section_of(said["school"])
        bank = start_bank(section=section, title=said["title"], by=request.user)
        return {"bank": bank.pk}

    answer = run_once(
        user=request.user,
        key=said["key"],
        action="questions.bank",
        body={"school": said["school"].pk, "title": said["title"]},
        effect=start,
    )
    return int(answer["bank"])


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a bank or lesson asks; ticked questions are copied to another place."""
    page = held_page(request, pk)
    draft = newest(page)
    rows = question_rows(draft)
    form = CopyForm(
        posted(request),
        block_ids=[one.block_id for one in rows],
        places=other_places(request.user, page),
    )
    if request.method == "POST" and form.is_valid():
        target = held_page(request, form.cleaned_data["target"])
        done = copy_questions(
            source=page,
            target=target,
            block_ids=form.cleaned_data["chosen"],
            by=request.user,
        )
        messages.success(request, _copied_words(done))
        return redirect("desk:question_page", target.pk)
    chosen = set(request.POST.getlist("chosen"))
    return render(
        request,
        "courses/desk/question_page.html",
        {
            "page": page,
            "is_bank": is_bank(page),
            "form": form,
            "unfinished": len(rows) - len(writable_in(draft)),
            "rows": [
                (one.block_id, shown(one.item), one.block_id in chosen) for one in rows
            ],
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _copied_words(done: dict[str, int]) -> str:
    words = ngettext(
        "复制过来 %(number)s 道题，存成了草稿。",
        "复制过来 %(number)s 道题，存成了草稿。",
        done["added"],
    ) % {"number": done["added"]}
    if done["there"]:
        words += ngettext(
            "另外 %(number)s 道本来就有，没有再放。",
            "另外 %(number)s 道本来就有，没有再放。",
            done["there"],
        ) % {"number": done["there"]}
    return words


@access(Rule.STAFF)
@never_cache
@require_safe
def export_questions(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The questions as a file, which this site and others read back."""
    page = newest(held_page(request, pk))
    items = writable_in(page)
    write, kind, ending = FORMS[form]
    answer = HttpResponse(write(items), content_type=kind)
    name = quote(f"{page.draft_title}.{ending}")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"questions.{ending}\"; filename*=UTF-8''{name}"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
