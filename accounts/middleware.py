"""Sessions that end in time, the second factor of staff, answers to forms."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import RateLimited
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.devices import set_cookie
from accounts.models.person import at_hand
from accounts.resend import answer_resend, count_what_was_not_sent, is_resend
from accounts.session_lifetime import BY_SCHOOL_CODE, is_over, mark_as_staff
from accounts.views import too_many_requests

GetResponse = Callable[[HttpRequest], HttpResponse]
STAFF_PREFIXES = ("/admin/", "/desk/")
# These only lead on to the site's own pages; asking who somebody is would be a circle.
OPEN_PATHS = ("/admin/login/", "/admin/logout/", "/admin/password_reset/")


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, with the person whom the session has brought along.

    Whether the session is still that person's, Django checks as ever.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        person: Any = SimpleLazyObject(lambda: _person_of(request))
        request.user = person


def _person_of(request: HttpRequest) -> Any:
    # The session is read when it is first asked.
    request.session.get(SESSION_KEY)
    with at_hand(getattr(request.session, "person", None)):
        return get_user(request)


class DeviceMiddleware:
    """Sets the cookie of the device where somebody asked for a code or signed in.

    After signing out the browser forgets the pages it kept, so that «back» on a shared
    computer shows nothing (ASVS 14.3.1).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = SESSION_KEY in request.session
        response = self.get_response(request)
        set_cookie(request, response)
        if was_signed_in and SESSION_KEY not in request.session:
            response.headers.setdefault("Clear-Site-Data", '"cache"')
        return response


# How an account is opened, taken along or ended.
KEYS_OF_AN_ACCOUNT = (
    "account_set_password",
    "account_change_password",
    "account_email",
    "account_change_phone",
    "change_phone",
    "new_copy",
    "confirm_delete",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
)


class SchoolCodeMiddleware:
    """Who came in by a code from the school does not change how the account opens.

    Somebody else has seen that code: it must not become a lasting key to the account.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> None:
        """Refuse pages that give, take along or end the account."""
        match = request.resolver_match
        if match is None or match.url_name not in KEYS_OF_AN_ACCOUNT:
            return
        if request.session.get(BY_SCHOOL_CODE):
            raise PermissionDenied(
                _(
                    "您是用学校给的登录码进来的，不能改密码、手机号和邮箱，也不能注销。"
                    "要改，请本人到学校柜台，或者用自己的手机登录。"
                )
            )


class SessionLifetimeMiddleware:
    """Signs out a session that was not used for too long, or is too old."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and is_over(request.session):
            logout(request)
            messages.info(request, _("隔得久了，为了安全请再登录一次。"))
        return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Staff pages are for staff, and for a session that has shown a second factor.

    A visitor goes to the sign-in page. An account without a staff role gets 403 and is
    never sent back to sign in, which would be a circle. With STAFF_SECOND_FACTOR, staff
    set up a second factor or show it; SMS is none (ASVS 6.3.3).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the request through, or answer in place of the view."""
        path = request.path
        if not path.startswith(STAFF_PREFIXES) or path.startswith(OPEN_PATHS):
            return None
        user = request.user
        if not user.is_authenticated:
            if _wants_json(request):
                return JsonResponse({"error": "sign_in_needed"}, status=403)
            return redirect_to_login(request.get_full_path())
        if not user.has_staff_role():
            raise PermissionDenied
        mark_as_staff(request)
        if not settings.STAFF_SECOND_FACTOR:
            return None
        is_set_up = is_mfa_enabled(user)
        records = get_authentication_records(request, user)
        if is_set_up and any(record.get("method") == "mfa" for record in records):
            return None
        if _wants_json(request):
            return JsonResponse({"error": "second_factor_needed"}, status=403)
        page = "mfa_reauthenticate" if is_set_up else "mfa_activate_totp"
        back = request.get_full_path() if request.method == "GET" else path
        return redirect(f"{reverse(page)}?{urlencode({'next': back})}")


class FormAnswerMiddleware:
    """A form with errors is answered with 422 (UX-ERR-1), a flood with 429.

    allauth's views draw a wrong form with 200. Only pages of allauth and our own are
    concerned: the admin's scripts expect what the admin sends.
    """

    MODULES = (
        "allauth.",
        "accounts.views",
        "accounts.privacy_views",
        "accounts.proof_views",
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_resend(request):
            count_what_was_not_sent(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer who asks for a code again before the minute is over."""
        return answer_resend(request) if is_resend(request) else None

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Mark the answer to a POST whose form has errors."""
        match = request.resolver_match
        module = getattr(match.func, "__module__", "") if match else ""
        form: Any = (response.context_data or {}).get("form")
        if (
            request.method == "POST"
            and response.status_code == 200
            and module.startswith(self.MODULES)
            and form is not None
            and form.is_bound
            and form.errors
        ):
            response.status_code = 422
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer where a message was one too many."""
        if isinstance(exception, RateLimited):
            response: HttpResponse = too_many_requests(request, exception)
            return response
        return None


def _wants_json(request: HttpRequest) -> bool:
    return (
        request.headers.get("x-requested-with") == "XMLHttpRequest"
        or request.headers.get("accept", "").partition(",")[0] == "application/json"
    )
