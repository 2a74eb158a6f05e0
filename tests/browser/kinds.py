"""Every kind of page that a learner, a visitor or a member of staff meets."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.browser.street import Street

# Weights of a first view by kind of page (UX §2.8), in KB of gzip and in requests:
# HTML, CSS, scripts, requests, everything together.
BUDGETS = {
    "list": (30, 15, 10, 12, 200),
    "page": (25, 15, 10, 10, 200),
    "lesson": (20, 15, 25, 8, 120),
    "form": (15, 15, 5, 5, 60),
    # No row of UX §2.8: a form's, and the script that reads aloud.
    "error": (15, 15, 10, 5, 60),
    "desk": (40, 20, 30, 15, 250),
}


@dataclass(frozen=True)
class Kind:
    """A kind of page: where it lies, who looks, and what it may weigh.

    `path` is an address or a name in `Street.paths`; `error` the name of a page that is
    shown as if the server had sent it; `fill` what is filled in on the way, each a
    selector and a value, the last one a button without a value. A sheet is a page to be
    printed, without the site's frame.
    """

    name: str
    path: str
    who: str = ""
    budget: str = "page"
    display: str = ""
    status: int = 200
    error: str = ""
    fill: tuple[tuple[str, str], ...] = field(default=())
    is_sheet: bool = False

    def address(self, street: Street) -> str:
        return street.paths.get(self.path, self.path)


# A number may ask for one code a minute, so each visit takes another.
NEW_PHONE = "a new number"
SIGN_UP = (
    ("[name=display_name]", "李阿姨"),
    ("[name=phone]", NEW_PHONE),
    ("main form [type=checkbox]", "on"),
    ("main form button.btn--go", ""),
)

# «写一课» from its first page to the cover.
WRITE = (
    ("[name=title]", "和家人视频"),
    ("main form button.btn--go", ""),
    ("[name=category]", "on"),
    ("main form button.btn--go", ""),
    ("[name=lessons]", "4"),
    ("main form button.btn--go", ""),
)

PUBLIC = (
    Kind("home", "/", budget="list"),
    Kind("catalogue", "/courses/", budget="list"),
    Kind("catalogue-filtered", "category", budget="list"),
    Kind("catalogue-nothing", "/courses/?q=%E9%BE%98%E9%BE%98", budget="list"),
    Kind("course", "course"),
    Kind("course-closed", "course_closed"),
    Kind("lesson-locked", "locked", status=403),
    Kind("schools", "/schools/", budget="list"),
    Kind("school", "school"),
    Kind("school-courses", "school_courses", budget="list"),
    Kind("news-list", "/news/", budget="list"),
    Kind("news", "news"),
    Kind("notices", "/notices/", budget="list"),
    Kind("notice", "notice"),
    Kind("news-withdrawn", "news_withdrawn", status=410),
    Kind("brands", "brands", budget="list"),
    Kind("brand", "brand"),
    Kind("search", "/search/?q=%E6%89%8B%E6%9C%BA", budget="list"),
    Kind("search-nothing", "/search/?q=%E9%BE%98%E9%BE%98", budget="list"),
    Kind("sign-in", "/accounts/login/code/", budget="form"),
    Kind("sign-in-password", "/accounts/login/", budget="form"),
    Kind("school-code", "/accounts/school-code/", budget="form"),
    Kind("school-code-wrong", "/accounts/school-code/", budget="form", status=422,
         fill=(("[name=code]", "0000-0000"), ("main form button.btn--go", ""))),
    Kind("card", "/k/0000/"),
    Kind("sign-up", "/accounts/signup/", budget="form"),
    Kind("sign-up-wrong", "/accounts/signup/", budget="form", status=422,
         fill=(("main form button.btn--go", ""),)),
    Kind("code", "/accounts/signup/", budget="form", fill=SIGN_UP),
    Kind("consents", "/accounts/consent/", budget="form"),
    Kind("display", "/display/", budget="form"),
    Kind("privacy", "/privacy/"),
    Kind("accessibility", "/accessibility/"),
    Kind("help", "/help/"),
    Kind("timetable", "/timetable/", budget="list"),
    Kind("draw", "draw"),
    Kind("check", "/z/", budget="form"),
    Kind("check-true", "certificate_check", budget="form"),
    Kind("check-nothing", "/z/?k=0000", budget="form", status=404),
    Kind("offline", "/offline/", budget="form"),
    Kind("sheet-week", "sheet_week", is_sheet=True),
    Kind("sheet-course", "sheet_course", is_sheet=True),
)  # fmt: skip

ERRORS = (
    Kind("404", "/no-such-page/", budget="error", status=404),
    Kind("403", "/desk/", who="newcomer", budget="error", status=403),
    Kind("403-plain", "/error/403", error="403.html", budget="error"),
    Kind("429", "/error/429", error="429.html", budget="error"),
    Kind("500", "/error/500", error="500.html", budget="error"),
    Kind("503", "/error/503", error="503.html", budget="error"),
    Kind("busy", "/error/busy", error="busy.html", budget="error"),
    Kind("form-too-old", "/error/csrf", error="core/csrf_failure.html", budget="error"),
    Kind("refused", "/error/refused", error="core/refused.html", budget="error"),
)

LEARNER = (
    Kind("home-learner", "/", who="learner", budget="list"),
    Kind("course-learner", "course", who="learner"),
    Kind("lesson", "lesson", who="learner", budget="lesson"),
    Kind("lesson-steps", "lesson", who="learner", budget="lesson",
         display="large.light"),
    Kind("lesson-film", "film", who="learner", budget="lesson"),
    Kind("quiz", "quiz", who="learner", budget="lesson"),
    Kind("done", "done", who="learner"),
    Kind("leave", "leave", who="learner"),
    Kind("my-learning", "/learn/", who="learner"),
    Kind("my-learning-empty", "/learn/", who="newcomer"),
    Kind("account", "/accounts/", who="learner", budget="form"),
    Kind("class", "class", who="learner"),
    Kind("place", "place", who="learner"),
    Kind("place-leave", "place_leave", who="learner"),
    Kind("own-timetable", "/learn/timetable/", who="learner"),
    Kind("sheet-own", "/learn/timetable/print/", who="learner", is_sheet=True),
    Kind("sheet-slip", "slip", who="learner", is_sheet=True),
    Kind("sheet-record", "/learn/record/", who="learner", is_sheet=True),
    Kind("certificate", "certificate", who="learner"),
    Kind("family", "/learn/family/", who="learner"),
    Kind("ask", "ask", who="learner", budget="form"),
    Kind("lesson-asking", "asking", who="learner", budget="lesson"),
    Kind("messages", "/learn/messages/", who="learner"),
    Kind("conversation", "conversation", who="learner"),
    Kind("elder", "elder", who="learner"),
    Kind("enrol-elder", "enrol_elder", who="learner"),
    Kind("sheet-lesson", "handout", who="learner", is_sheet=True),
    Kind("account-data", "/accounts/data/", who="learner", budget="form"),
    Kind("account-delete", "/accounts/delete/", who="learner", budget="form"),
    Kind("account-name", "/accounts/name/", who="learner", budget="form"),
    Kind("account-birth-year", "/accounts/birth-year/", who="learner", budget="form"),
    Kind("account-birth-year-wrong", "/accounts/birth-year/", who="learner",
         budget="form", status=422,
         fill=(("[name=birth_year]", "1855"), ("main form button.btn--go", ""))),
    Kind("checkin-wrong", "/checkin/1.2.no/", who="learner", status=404),
    Kind("group-wrong", "/learn/groups/1.2.no/", who="learner", status=404),
    Kind("account-email", "/accounts/email/", who="learner", budget="form"),
    Kind("account-phone", "/accounts/phone/change/", who="learner", budget="form"),
    Kind("account-devices", "/accounts/sessions/", who="learner", budget="form"),
    Kind("account-second-factor", "/accounts/2fa/", who="learner", budget="form"),
    Kind("sign-out", "/accounts/logout/", who="learner", budget="form"),
)  # fmt: skip

STAFF = (
    Kind("desk", "/desk/", who="teacher", budget="desk"),
    Kind("desk-roster", "roster", who="teacher", budget="desk"),
    Kind("desk-marking", "/desk/marking/", who="teacher", budget="desk"),
    Kind("desk-mark", "desk_mark", who="teacher", budget="desk"),
    Kind("desk-attempts", "desk_attempts", who="teacher", budget="desk"),
    Kind("desk-attempt", "desk_attempt", who="teacher", budget="desk"),
    Kind("desk-matrix", "matrix", who="teacher", budget="desk"),
    Kind("desk-stuck", "stuck", who="teacher", budget="desk"),
    Kind("desk-stuck-lesson", "stuck_lesson", who="teacher", budget="desk"),
    Kind("desk-questions", "questions", who="teacher", budget="desk"),
    Kind("desk-regrades", "regrades", who="teacher", budget="desk"),
    Kind("desk-take-away", "export_matrix", who="teacher", budget="desk"),
    Kind("sheet-matrix", "print_matrix", who="teacher", is_sheet=True),
    Kind("desk-people", "people", who="principal", budget="desk"),
    Kind("desk-all-people", "/desk/people/", who="director", budget="desk"),
    Kind("desk-profile", "profile", who="principal", budget="desk"),
    Kind("desk-end", "end", who="principal", budget="desk"),
    Kind("desk-second-factor", "/desk/second-factor/", who="director", budget="desk"),
    Kind("desk-principal", "/desk/", who="principal", budget="desk"),
    Kind("desk-write", "/desk/write/title/", who="principal", budget="desk"),
    Kind(
        "desk-write-wrong",
        "/desk/write/title/",
        who="principal",
        budget="desk",
        status=422,
        # Another kind may have answered it before, in the same session.
        fill=(("[name=title]", " "), ("main form button.btn--go", "")),
    ),
    Kind(
        "desk-write-audience",
        "/desk/write/title/",
        who="principal",
        budget="desk",
        fill=WRITE[:2],
    ),
    Kind(
        "desk-write-cover",
        "/desk/write/title/",
        who="principal",
        budget="desk",
        fill=WRITE,
    ),
    Kind("desk-my-courses", "/desk/my-courses/", who="teacher", budget="desk"),
    Kind("desk-my-course", "my_course", who="teacher", budget="desk"),
    Kind("desk-shared-courses", "/desk/shared-courses/", who="teacher", budget="desk"),
    Kind("desk-shared-course", "shared_course", who="teacher", budget="desk"),
    Kind("desk-offer-course", "offer_course", who="teacher", budget="desk"),
    Kind("desk-record-voice", "record_voice", who="teacher", budget="desk"),
    Kind("desk-how-to-write", "/desk/write/help/", who="teacher", budget="desk"),
    Kind("desk-classes", "/desk/runs/", who="principal", budget="desk"),
    Kind("desk-class", "desk_class", who="principal", budget="desk"),
    Kind("desk-new-class", "/desk/runs/new/", who="principal", budget="desk"),
    Kind("desk-edit-class", "desk_edit_class", who="principal", budget="desk"),
    Kind("desk-new-form", "desk_new_form", who="principal", budget="desk"),
    Kind(
        "desk-new-wrong",
        "desk_new_form",
        who="principal",
        budget="desk",
        status=422,
        fill=(("main form button.btn--go", ""),),
    ),
    Kind("desk-cancel-day", "desk_cancel_day", who="principal", budget="desk"),
    Kind("desk-class-roster", "class_roster", who="principal", budget="desk"),
    Kind("desk-cancel-class", "desk_cancel_class", who="principal", budget="desk"),
    Kind("desk-move-day", "desk_move_day", who="principal", budget="desk"),
    Kind("desk-counter", "/desk/counter/", who="principal", budget="desk"),
    Kind("desk-counter-new", "/desk/counter/new/", who="principal", budget="desk"),
    Kind("desk-counter-person", "counter_person", who="principal", budget="desk"),
    Kind("desk-counter-done", "counter_done", who="principal", budget="desk"),
    Kind("desk-counter-more", "counter_more", who="principal", budget="desk"),
    Kind("desk-cards", "desk_cards", who="principal", budget="desk"),
    Kind("desk-import", "desk_import", who="principal", budget="desk"),
    Kind("desk-record", "desk_record", who="principal", is_sheet=True),
    Kind("desk-finish", "desk_finish", who="principal", budget="desk"),
    Kind("desk-certificates", "desk_certificates", who="principal", budget="desk"),
    Kind("desk-certificate", "desk_certificate", who="principal", budget="desk"),
    Kind(
        "desk-waiting-certificates",
        "/desk/certificates/",
        who="principal",
        budget="desk",
    ),
    Kind("sheet-certificates", "sheet_certificates", who="principal", is_sheet=True),
    Kind("desk-rolls", "/desk/rolls/", who="principal", budget="desk"),
    Kind("desk-reviews", "/desk/reviews/", who="director", budget="desk"),
    Kind("desk-review", "review", who="director", budget="desk"),
    Kind("desk-review-author", "review_of_page", who="director", budget="desk"),
    Kind("desk-review-story", "story_review", who="principal", budget="desk"),
    Kind("desk-my-news", "/desk/news/", who="clerk", budget="desk"),
    Kind("desk-new-story", "/desk/news/new/", who="clerk", budget="desk"),
    Kind("desk-write-story", "write_story", who="clerk", budget="desk"),
    Kind("desk-story-photo", "story_photo", who="clerk", budget="desk"),
    Kind("desk-hand-in-story", "hand_in_story", who="clerk", budget="desk"),
    Kind("desk-news-paper", "news_paper", who="director", budget="desk"),
    Kind("desk-withdraw-news", "withdraw_news", who="director", budget="desk"),
    Kind("sheet-reviews", "sheet_reviews", who="director", is_sheet=True),
    Kind("desk-drafts", "/desk/drafts/", who="principal", budget="desk"),
    Kind("desk-banks", "/desk/questions/", who="principal", budget="desk"),
    Kind(
        "desk-question-lessons",
        "/desk/questions/lessons/",
        who="principal",
        budget="desk",
    ),
    Kind("desk-new-bank", "/desk/questions/new/", who="principal", budget="desk"),
    Kind("desk-bank", "bank", who="principal", budget="desk"),
    Kind("desk-import-questions", "import_questions", who="principal", budget="desk"),
    Kind(
        "desk-import-questions-wrong",
        "import_questions",
        who="principal",
        budget="desk",
        status=422,
        fill=(("main form button.btn--go", ""),),
    ),
    Kind("desk-import-preview", "import_preview", who="principal", budget="desk"),
    Kind("desk-import-done", "import_done", who="principal", budget="desk"),
    Kind("desk-dormant", "/desk/dormant/", who="principal", budget="desk"),
    Kind("desk-dormant-person", "desk_dormant", who="principal", budget="desk"),
    Kind("desk-uploads", "/desk/uploads/", who="principal", budget="desk"),
    Kind("desk-inbox", "/desk/inbox/", who="principal", budget="desk"),
    Kind("desk-conversation", "desk_conversation", who="principal", budget="desk"),
    Kind("desk-calls", "/desk/calls/", who="principal", budget="desk"),
    Kind("desk-call", "desk_call", who="principal", budget="desk"),
    Kind("desk-roll", "roll", who="principal", budget="desk"),
    Kind("desk-walk-in", "walk_in", who="principal", budget="desk"),
    Kind("desk-qr", "session_qr", who="principal", budget="desk"),
    Kind("desk-groups", "/desk/groups/", who="principal", budget="desk"),
    Kind("desk-new-group", "new_group", who="principal", budget="desk"),
    Kind("desk-group", "group", who="principal", budget="desk"),
    Kind("desk-group-over", "group_over", who="principal", budget="desk"),
    Kind("desk-group-qr", "group_qr", who="principal", budget="desk"),
    Kind("sheet-roll", "roll_sheet", who="principal", is_sheet=True),
    Kind("publicity", "/desk/publicity/", who="director", budget="desk"),
    Kind("publicity-new", "/desk/publicity/new/", who="director", budget="desk"),
    Kind(
        "publicity-ranking", "/desk/publicity/ranking/", who="director", budget="desk"
    ),
    Kind("publicity-points", "/desk/publicity/points/", who="director", budget="desk"),
    Kind(
        "publicity-outlets", "/desk/publicity/outlets/", who="director", budget="desk"
    ),
    Kind("desk-health", "/desk/health/", who="director", budget="desk"),
    Kind("desk-health-due", "/desk/health/?show=due", who="director", budget="desk"),
    Kind("desk-health-school", "/desk/health/", who="principal", budget="desk"),
    Kind("components", "/components/", budget="desk"),
)

# What needs a street with signs of use that only some apps bring; added where it exists.
KINDS = PUBLIC + ERRORS + LEARNER + STAFF


def look_at(page: Any, kind: Kind, street: Street) -> None:
    """Open a page of that kind; an answer of another status is a mistake of the test."""
    address = kind.address(street)
    if kind.error:
        html = street.errors[kind.error]
        page.route(
            f"{street.url}{address}",
            lambda route: route.fulfill(
                body=html, content_type="text/html; charset=utf-8"
            ),
        )
    answer = page.goto(street.url + address)
    for selector, value in kind.fill:
        one = page.locator(selector).first
        if value == "on":
            one.check()
        elif value:
            one.fill(_new_phone() if value == NEW_PHONE else value)
        else:
            with page.expect_navigation() as navigation:
                one.evaluate("button => { button.form.noValidate = true; }")
                one.click()
            answer = navigation.value
    assert answer.status == kind.status, (kind.name, page.url, answer.status)


def _new_phone() -> str:
    return f"139{secrets.randbelow(10**8):08d}"
