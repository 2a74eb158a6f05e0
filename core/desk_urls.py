from django.urls import path

from core import upload_views

urlpatterns = [
    path("uploads/", upload_views.uploads, name="uploads"),
    path("uploads/open/", upload_views.open_one, name="open_upload"),
    path("uploads/<int:pk>/parts/<int:number>/", upload_views.part, name="upload_part"),
    path("uploads/<int:pk>/finish/", upload_views.finish, name="finish_upload"),
    path("uploads/<int:pk>/drop/", upload_views.drop, name="drop_upload"),
]
