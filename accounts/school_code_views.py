"""Signing in with a code that the school gave across the counter."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import shared_computer_field
from accounts.services.sign_in_codes import redeem_sign_in_code
from accounts.session_lifetime import BY_SCHOOL_CODE, remember_shared_computer
from core.access import Rule, access
from core.forms import PlainWordsMixin, posted

ACTION = "school_code"


class SchoolCodeForm(PlainWordsMixin, forms.Form):
    """Eight characters from a slip of paper, however they are typed."""

    code = forms.CharField(
        label=gettext_lazy("纸条上的 8 位登录码"),
        max_length=40,
        help_text=gettext_lazy("像这样：7K3M-9QXF。大小写、短横线都不要紧。"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared_computer"] = shared_computer_field()
        # Whoever comes with a slip of paper mostly sits at the school's computer.
        self.fields["shared_computer"].initial = True


@access(Rule.PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def school_code(request: HttpRequest) -> HttpResponse:
    """Let in whom the code was given to; wrong, old and used ones get one answer."""
    form = SchoolCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        ratelimit.consume(request, action=ACTION, key="all", raise_exception=True)
        person = redeem_sign_in_code(typed=form.cleaned_data["code"])
        if person is not None:
            return _let_in(
                request, person, is_shared=form.cleaned_data["shared_computer"]
            )
        form.add_error(
            "code",
            _(
                "这个登录码不对，或者用过、过期了。请再对一对；还不行，就请学校再给一个。"
            ),
        )
    return TemplateResponse(
        request,
        "accounts/school_code.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


def _let_in(request: HttpRequest, person: Any, *, is_shared: bool) -> HttpResponse:
    """Sign in as every other way does, but for the steps that ask for a telephone.

    No proof is noted, and the session says how it began: whoever typed the code may
    learn and enrol, and not change how the account is opened (`middleware`).
    """
    adapter: Any = get_adapter(request)
    # Nobody else's session goes on under another name.
    if request.user.is_authenticated:
        adapter.logout(request)
    remember_shared_computer(request, is_shared)
    adapter.login(request, person)
    request.session[BY_SCHOOL_CODE] = True
    response = adapter.post_login(
        request,
        person,
        email_verification="none",
        signal_kwargs=None,
        email=None,
        signup=False,
        redirect_url=None,
    )
    return response or redirect("learning:home")
