from django.urls import path

from core import manifest, service_worker, views

app_name = "core"
urlpatterns = [
    path("display/", views.display, name="display"),
    path("language/", views.language, name="language"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("sw.js", service_worker.worker, name="service_worker"),
    path("offline/", service_worker.offline, name="offline"),
    path("site.webmanifest", manifest.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("components/", views.components, name="components"),
    path("media/<path:name>", views.public_file, name="public_file"),
    path("files/<path:name>", views.private_file, name="private_file"),
]
