from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("timetable/", views.timetable, name="timetable"),
    path("print/schools/<int:pk>/week/", views.print_week, name="print_week"),
    path("print/courses/<int:pk>/", views.print_course, name="print_course"),
]
