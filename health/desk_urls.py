"""The content-health page; in the namespace `desk`."""

from django.urls import path

from health import desk_views

urlpatterns = [path("health/", desk_views.health, name="health")]
