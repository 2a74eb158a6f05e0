from django.urls import path

from learning import views

app_name = "learning"
urlpatterns = [
    path("", views.home, name="home"),
    path("enrol/<int:course_id>/", views.enrol, name="enrol"),
    path("enrolments/<int:pk>/leave/", views.leave_course, name="leave"),
    path("lessons/<int:lesson_id>/progress", views.progress, name="progress"),
    path("lessons/<int:lesson_id>/done/", views.done, name="done"),
    path("media/<int:lesson_id>/<str:block_id>/<slug:slot>", views.media, name="media"),
]
