from django.urls import path

from courses import draft_views, views

app_name = "courses"
urlpatterns = [
    path("draft/<str:token>/", draft_views.draft, name="draft"),
    path("timetable/", views.timetable, name="timetable"),
    path("print/schools/<int:pk>/week/", views.print_week, name="print_week"),
    path("print/courses/<int:pk>/", views.print_course, name="print_course"),
]
