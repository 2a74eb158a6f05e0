"""Wiring: which app answers where. Rules of library routes: `learning_site/access.py`."""

from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from accounts import desk_urls as accounts_desk_urls
from accounts.urls import admin_redirects
from attendance import desk_urls as attendance_desk_urls
from core import desk_urls as core_desk_urls
from core import views as core_views
from core.access import Rule, access
from core.routing import serve_page
from core.sitemap import PublicSitemap
from courses import desk_urls as courses_desk_urls
from health import desk_urls as health_desk_urls
from learning import certificate_views, counter_card_views, draw_views
from learning import desk_urls as learning_desk_urls
from learning_site.access import register_library_routes
from news import desk_urls as news_desk_urls
from schools import desk_urls as schools_desk_urls

register_library_routes()

handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler429 = "accounts.views.too_many_requests"
handler500 = "core.views.server_error"

desk_patterns = [
    *learning_desk_urls.urlpatterns,
    *courses_desk_urls.urlpatterns,
    *attendance_desk_urls.urlpatterns,
    *schools_desk_urls.urlpatterns,
    *news_desk_urls.urlpatterns,
    *health_desk_urls.urlpatterns,
    *accounts_desk_urls.urlpatterns,
    *core_desk_urls.urlpatterns,
]

urlpatterns = [
    # Asked for most often, by every phone on which somebody learns.
    path("learn/", include("learning.urls")),
    path("", include("core.urls")),
    *admin_redirects,
    path("admin/", include(wagtailadmin_urls)),
    # Under Wagtail's own name, so that links in rich text lead to our gate.
    path(
        "documents/<int:document_id>/<path:filename>",
        core_views.document,
        name="wagtaildocs_serve",
    ),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("attendance.urls")),
    path("", include("courses.urls")),
    path("", include("news.urls")),
    path("draws/<int:pk>/", draw_views.draw, name="draw"),
    # As short as can be typed from a sheet of paper.
    path("z/", certificate_views.check, name="check"),
    path("z/<str:code>/", certificate_views.check, name="certificate_code"),
    path("k/<str:token>/", counter_card_views.card, name="card"),
    path("desk/", include((desk_patterns, "desk"))),
    path("search/", include("search.urls")),
    path(
        "sitemap.xml",
        access(Rule.PUBLIC)(sitemap),
        {"sitemaps": {"pages": PublicSitemap}},
        name="sitemap",
    ),
    # The same address as Wagtail's last route, and the same view behind it.
    re_path(wagtail_urls.serve_pattern, serve_page),
    path("", include(wagtail_urls)),
]
