from django.urls import path

from attendance import desk_views

urlpatterns = [
    path("sessions/<int:pk>/roll/", desk_views.roll, name="roll"),
    path("sessions/<int:pk>/roll/print/", desk_views.print_roll, name="print_roll"),
    path("sessions/<int:pk>/qr/", desk_views.qr, name="session_qr"),
]
