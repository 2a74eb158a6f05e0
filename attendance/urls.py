from django.urls import path

from attendance import views

app_name = "attendance"
urlpatterns = [path("checkin/<str:token>/", views.checkin, name="checkin")]
