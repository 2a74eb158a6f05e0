"""Staff pages about accounts; wired below `desk/` in the namespace `desk`."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("second-factor/", views.second_factor_desk, name="second_factor"),
]
