from django.urls import path

from learning import handout_views, run_views, timetable_views, views

app_name = "learning"
urlpatterns = [
    path("", views.home, name="home"),
    path("enrol/<int:course_id>/", views.enrol, name="enrol"),
    path("enrolments/<int:pk>/leave/", views.leave_course, name="leave"),
    path("runs/<int:run_id>/", run_views.run, name="run"),
    path("places/<int:pk>/", run_views.place, name="place"),
    path("places/<int:pk>/leave/", run_views.give_up, name="give_up"),
    path(
        "places/<int:pk>/sessions/<int:session_id>/leave/",
        run_views.leave_session,
        name="leave_session",
    ),
    path("places/<int:pk>/undo/", run_views.take_back, name="take_back"),
    path("places/<int:pk>/answer/", run_views.answer, name="answer"),
    path("places/<int:pk>/slip/", run_views.slip, name="slip"),
    path(
        "places/<int:pk>/calendar.ics",
        timetable_views.place_calendar,
        name="place_calendar",
    ),
    path("timetable/", timetable_views.own_week, name="timetable"),
    path("timetable/print/", timetable_views.print_own, name="print_timetable"),
    path("timetable.ics", timetable_views.own_calendar, name="calendar"),
    path("lessons/<int:lesson_id>/print/", handout_views.handout, name="handout"),
    path("lessons/<int:lesson_id>/progress", views.progress, name="progress"),
    path("lessons/<int:lesson_id>/layout", views.choose_layout, name="layout"),
    path("lessons/<int:lesson_id>/done/", views.done, name="done"),
    path("media/<int:lesson_id>/<str:block_id>/<slug:slot>", views.media, name="media"),
]
