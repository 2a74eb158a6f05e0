"""Pages about one's own account; allauth's own pages lie beside them.

Include these before `allauth.urls`, both under `accounts/`, and `admin_redirects`
before Wagtail's admin.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import views
from core.access import Rule

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("name/", views.change_name, name="name"),
    path("consent/", views.consents, name="consents"),
    path("consent/<slug:kind>/", views.consent_text, name="consent_text"),
    path("consent/<slug:kind>/change/", views.change_consent, name="change_consent"),
]


class ToOwnPage(RedirectView):
    """Wagtail's own sign-in pages stay reachable unless something stands before them.

    They know neither the second factor nor the limits on tries.
    """

    access_rule = Rule.PUBLIC
    query_string = True


admin_redirects = [
    path("admin/login/", ToOwnPage.as_view(pattern_name="account_login")),
    path("admin/logout/", ToOwnPage.as_view(pattern_name="account_logout")),
    re_path(
        r"^admin/password_reset/.*$",
        ToOwnPage.as_view(url="/accounts/password/reset/", query_string=False),
    ),
]
