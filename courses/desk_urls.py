"""Writing courses and questions; wired below `desk/` in the namespace `desk`."""

from django.urls import path, re_path

from courses import (
    draft_views,
    question_import_views,
    question_views,
    recording_views,
    sharing_views,
    writing_views,
)

urlpatterns = [
    path("questions/", question_views.questions, name="questions"),
    path("questions/new/", question_views.new_bank, name="new_bank"),
    path("questions/lessons/", question_views.lessons, name="question_lessons"),
    path("questions/<int:pk>/", question_views.question_page, name="question_page"),
    path(
        "questions/<int:pk>/import/",
        question_import_views.import_file,
        name="import_questions",
    ),
    path(
        "questions/import/<int:pk>/",
        question_import_views.import_draft,
        name="import_draft",
    ),
    re_path(
        r"^questions/(?P<pk>\d{1,9})/export\.(?P<form>xlsx|gift|xml)$",
        question_views.export_questions,
        name="export_questions",
    ),
    path("drafts/<int:page_id>/phone/", draft_views.phone, name="phone"),
    path("drafts/<int:page_id>/phone/make/", draft_views.make, name="make_preview"),
    path("drafts/<int:page_id>/checks/", draft_views.checks, name="checks"),
    path("drafts/links/<int:pk>/revoke/", draft_views.revoke, name="revoke_preview"),
    path("write/", writing_views.write, name="write"),
    path("write/help/", writing_views.how_to_write, name="how_to_write"),
    path("write/<slug:step>/", writing_views.write_step, name="write_step"),
    path("my-courses/", writing_views.my_courses, name="my_courses"),
    path("my-courses/<int:pk>/", writing_views.my_course, name="my_course"),
    path(
        "my-courses/<int:pk>/lessons/", writing_views.more_lessons, name="more_lessons"
    ),
    path("my-courses/<int:pk>/copy/", sharing_views.copy_own, name="copy_course"),
    path("my-courses/<int:pk>/offer/", sharing_views.offer, name="offer_course"),
    path(
        "my-courses/<int:pk>/withdraw/", sharing_views.withdraw, name="withdraw_course"
    ),
    path("lessons/<int:pk>/record/", recording_views.record, name="record_voice"),
    path("shared-courses/", sharing_views.shared_courses, name="shared_courses"),
    path("shared-courses/<int:pk>/", sharing_views.shared_course, name="shared_course"),
]
