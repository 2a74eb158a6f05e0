from django.urls import path

from attendance import desk_views, report_views, walk_in_views

urlpatterns = [
    path("sessions/<int:pk>/roll/", desk_views.roll, name="roll"),
    path("sessions/<int:pk>/roll/report/", report_views.report, name="roll_report"),
    path("sessions/<int:pk>/roll/print/", desk_views.print_roll, name="print_roll"),
    path("sessions/<int:pk>/cards/", desk_views.cards, name="cards"),
    path("sessions/<int:pk>/walk-ins/", walk_in_views.note, name="walk_in"),
    path(
        "sessions/<int:pk>/walk-ins/<int:number>/drop/",
        walk_in_views.drop,
        name="drop_walk_in",
    ),
    path("sessions/<int:pk>/qr/", desk_views.qr, name="session_qr"),
]
