"""Headers of every answer, and the language of the interface."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import trans_real

from core.display import LANGUAGE_COOKIE
from core.exceptions import RefusedError
from core.previews import preview_policy

GetResponse = Callable[[HttpRequest], HttpResponse]
ADMIN_PREFIX = "/admin/"
# More sentences than the catalogues of the site and its libraries hold together.
MOST_WORDS = 20_000
MOST_NUMBERS = 2_000


@cache
def permissions_policy(*, microphone: str = "()") -> str:
    """What a page may ask the browser for: nothing, unless it says so itself."""
    return f"camera=(), geolocation=(), microphone={microphone}, payment=(), usb=()"


class ContentPolicyMiddleware(CSPMiddleware):
    """The library's, with the words of the usual policy made once.

    They differ from page to page in the nonce alone. Whatever an answer asks for itself
    (a preview, the admin) the library makes as ever.
    """

    # What answers may carry for the library; see its `get_policy_parts`.
    ASKED = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})
    SPOT = "{nonce}"

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        policy = settings.CONTENT_SECURITY_POLICY
        is_plain = policy.keys() == {"DIRECTIVES"} and not settings.DEBUG
        is_plain &= not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
        self.usual = build_policy() if is_plain else ""
        self.usual_with_nonce = build_policy(nonce=self.SPOT)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not self.usual or not self.ASKED.isdisjoint(vars(response)):
            return super().process_response(request, response)
        words, nonce = self.usual, getattr(request, "_csp_nonce", None)
        if nonce is None:
            late = CheckableLazyObject(self._csp_nonce_post_response)
            request.csp_nonce = late  # type: ignore[attr-defined]
        else:
            words = self.usual_with_nonce.replace(self.SPOT, nonce)
        response.headers.setdefault(HEADER, words)
        return response


class PolicyHeadersMiddleware:
    """Cross-origin headers, the admin's own policy, and no storing of private pages.

    A page that a signed-in person sees is kept by no cache on the way, nor by the
    browser of a shared computer after signing out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Permissions-Policy", permissions_policy())
        if getattr(request, "is_dummy", False):
            # A page drawn for the preview in the admin: its answer is passed on there.
            response._csp_replace = preview_policy()  # type: ignore[attr-defined]
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        elif request.path.startswith(ADMIN_PREFIX):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def remember_words(language: str) -> None:
    """Look up each sentence of a language once.

    Our own are Chinese in the code and stand in no Chinese catalogue: each was looked
    for in those of thirty packages, a hundred times a page.
    """
    words: Any = trans_real.translation(language)
    if "gettext" not in words.__dict__:
        words.gettext = lru_cache(maxsize=MOST_WORDS)(words.gettext)
        # With a number in them: «3 课» and «4 课» are two.
        words.ngettext = lru_cache(maxsize=MOST_NUMBERS)(words.ngettext)


class InterfaceLanguageMiddleware:
    """Chinese unless the reader chose English by the switch in the footer.

    The browser's own language is not asked: most phones of the street's residents say
    nothing useful there, and one address must show one page to everybody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        for language, _name in settings.LANGUAGES:
            remember_words(language)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class RefusalMiddleware:
    """A refusal that no view caught becomes a page with its sentence, never a trace."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, RefusedError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {"error": str(exception), "code": type(exception).__name__},
                status=exception.status,
            )
        back = (
            request.path
            if request.method == "GET"
            else request.headers.get("Referer", "")
        )
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        return render(
            request,
            "core/refused.html",
            {"sentences": str(exception).splitlines(), "back": back},
            status=exception.status,
        )
