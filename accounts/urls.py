"""Pages about one's own account; allauth's own pages lie beside them.

Include these before `allauth.urls`, both under `accounts/`, and `admin_redirects`
before Wagtail's admin.
"""

from allauth.account.views import change_phone
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import privacy_views, proof_views, school_code_views, views
from accounts.proof import proved_lately
from core.access import Rule, access

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("name/", views.change_name, name="name"),
    path("birth-year/", views.change_birth_year, name="birth_year"),
    path("consent/", views.consents, name="consents"),
    path("consent/<slug:kind>/", views.consent_text, name="consent_text"),
    path("consent/<slug:kind>/change/", views.change_consent, name="change_consent"),
    path("data/", privacy_views.data, name="data"),
    path("data/copy/", privacy_views.new_copy, name="new_copy"),
    path("data/<uuid:key>/", privacy_views.download_copy, name="download_copy"),
    path("delete/", privacy_views.delete, name="delete"),
    path("delete/confirm/", privacy_views.confirm_delete, name="confirm_delete"),
    path("delete/keep/", privacy_views.keep, name="keep"),
    path("school-code/", school_code_views.school_code, name="school_code"),
    path("prove/", proof_views.prove, name="prove"),
    path("sessions/<int:session_id>/end/", proof_views.end_device, name="end_device"),
    # Before allauth's own at the same address, which asks nothing of an account that
    # has no password.
    path(
        "phone/change/",
        access(Rule.SIGNED_IN)(proved_lately(change_phone)),
        name="change_phone",
    ),
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
