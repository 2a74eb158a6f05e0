from django.urls import path

from learning import call_views, desk_views, run_desk_views

urlpatterns = [
    path("", desk_views.home, name="home"),
    path("courses/<int:run_id>/", desk_views.roster, name="roster"),
    path("courses/<int:run_id>/export/", desk_views.export, name="export"),
    path("calls/", call_views.calls, name="calls"),
    path("calls/<int:pk>/", call_views.call, name="call"),
    path("calls/<int:pk>/number/", call_views.show_number, name="call_number"),
    path("runs/", run_desk_views.classes, name="classes"),
    path("runs/new/", run_desk_views.new_class, name="new_class"),
    path("runs/<int:pk>/", run_desk_views.class_page, name="class"),
    path("runs/<int:pk>/seat/", run_desk_views.add_seat, name="add_seat"),
    path("runs/<int:pk>/draw/", run_desk_views.take_draw_step, name="draw_step"),
    path(
        "runs/<int:pk>/sessions/<int:session_id>/cancel/",
        run_desk_views.cancel_day,
        name="cancel_day",
    ),
    path(
        "runs/<int:pk>/sessions/<int:session_id>/move/",
        run_desk_views.move_day,
        name="move_day",
    ),
    path("runs/<int:pk>/edit/", run_desk_views.edit_class, name="edit_class"),
    path("runs/<int:pk>/open/", run_desk_views.open_class_now, name="open_class"),
    path("runs/<int:pk>/cancel/", run_desk_views.cancel_class, name="cancel_class"),
]
