from django.urls import path

from learning import desk_views

urlpatterns = [
    path("", desk_views.home, name="home"),
    path("courses/<int:run_id>/", desk_views.roster, name="roster"),
    path("courses/<int:run_id>/export/", desk_views.export, name="export"),
]
