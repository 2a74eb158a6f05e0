"""The access registry: every route of the site names the rule that guards it.

Our own views are decorated with `@access(Rule.…)`; routes of libraries are named by
their path prefix in `learning_site/access.py`. A test walks the resolver and fails on a
route without a rule, so that nobody can forget one. The decorator *enforces* what can
be known without an object (signed in or not); what needs an object is asked in the view
by a function of `permissions.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


class Rule(StrEnum):
    """Who may reach a route at all."""

    PUBLIC = "public"  # everybody
    SIGNED_IN = "signed_in"  # any account; the view narrows to the person's own rows
    GATED = "gated"  # the view asks can_study or a like function for each object
    STAFF = "staff"  # an active membership with a staff role; the view narrows it
    ADMIN = "admin"  # Wagtail's own checks, behind the staff second factor


@dataclass(frozen=True)
class Allowed:
    """The answer «yes» of a permission function; true in a condition."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """The answer «no», with a sentence that tells the person why and what to do."""

    reason: str
    code: str = ""

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied


def require(decision: Decision) -> None:
    """Go on where the answer is yes.

    Raises:
        PermissionDenied: with the sentence of the answer; the page says it with a 403.
    """
    if isinstance(decision, Denied):
        raise PermissionDenied(decision.reason)


PREFIX_RULES: dict[str, Rule] = {}


def register_prefix(prefix: str, rule: Rule) -> None:
    """Name the rule of every route below `prefix` that belongs to a library."""
    PREFIX_RULES[prefix] = rule


def access(rule: Rule) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Name the rule of a view and enforce the part that needs no object.

    `SIGNED_IN` and `STAFF` send a visitor to the sign-in page with the way back;
    `STAFF` answers 403 to an account without a staff membership.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: object, **kwargs: object
        ) -> HttpResponse:
            if rule in (Rule.SIGNED_IN, Rule.STAFF):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if rule is Rule.STAFF and not _is_staff(request):
                    raise PermissionDenied
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def _is_staff(request: HttpRequest) -> bool:
    # `has_staff_role` lives on the user model, which `core` does not import.
    check = getattr(request.user, "has_staff_role", None)
    return bool(check and check())


def rule_of(view: Callable[..., Any], path: str) -> Rule | None:
    """The rule of a route: of its view, else of the longest prefix that names it."""
    named = getattr(view, "access_rule", None)
    if named is None:
        named = getattr(getattr(view, "view_class", None), "access_rule", None)
    if named is not None:
        return Rule(named)
    prefixes = [p for p in PREFIX_RULES if path.startswith(p)]
    return PREFIX_RULES[max(prefixes, key=len)] if prefixes else None
