"""The policy that is made once says what the library says."""

import pytest
from csp.constants import HEADER, NONCE, SELF
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from core.middleware import ContentPolicyMiddleware


def plain(_request):
    return HttpResponse()


def with_nonce(request):
    return HttpResponse(str(request.csp_nonce))


def with_more(_request):
    response = HttpResponse()
    response._csp_update = {"media-src": ["blob:"]}
    return response


def with_its_own(_request):
    response = HttpResponse()
    response._csp_replace = {"script-src": [SELF, "'unsafe-inline'"]}
    return response


def exempt(_request):
    response = HttpResponse()
    response._csp_exempt = True
    return response


def with_a_header(_request):
    return HttpResponse(headers={HEADER: "default-src 'none'"})


VIEWS = (plain, with_nonce, with_more, with_its_own, exempt, with_a_header)


def policies(middleware, view, rf):
    """What each directive is, and what the page wrote; the order is free."""
    answer = middleware(view)(rf.get("/"))
    parts = answer.headers.get(HEADER, "").split(";")
    nonce = answer.content.decode() or "none"
    return {part.strip().replace(nonce, "NONCE") for part in parts}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("with_nonces", [False, True])
def test_it_is_word_for_word_that_of_the_library(view, with_nonces, rf, settings):
    if with_nonces:
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        scripts = {"script-src": [SELF, NONCE]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | scripts}
    ours = policies(ContentPolicyMiddleware, view, rf)
    assert ours == policies(CSPMiddleware, view, rf)
    if view is with_nonce and with_nonces:
        assert "script-src 'self' 'nonce-NONCE'" in ours


def test_settings_that_it_does_not_know_are_left_to_the_library(rf, settings):
    usual = settings.CONTENT_SECURITY_POLICY
    settings.CONTENT_SECURITY_POLICY = {**usual, "EXCLUDE_URL_PREFIXES": ["/"]}
    assert policies(ContentPolicyMiddleware, plain, rf) == {""}


def test_a_nonce_that_comes_too_late_is_refused(rf):
    request = rf.get("/")
    ContentPolicyMiddleware(plain)(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
