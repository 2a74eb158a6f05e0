"""The rules of routes that belong to libraries; our own views name theirs themselves."""

from core.access import Rule, register_prefix


def register_library_routes() -> None:
    """Called where the routes are wired."""
    # Wagtail asks its own permissions; the staff second factor stands before it.
    register_prefix("admin/", Rule.ADMIN)
    # allauth: signing in and up are public, what concerns an account asks for it.
    register_prefix("accounts/", Rule.PUBLIC)
    # Wagtail's two routes for people who are sent to a private page.
    register_prefix("_util/", Rule.PUBLIC)
    # Wagtail's page route: live pages are public, lessons pass the gate (learning).
    register_prefix("^((?:[\\w\\-]+/)*)$", Rule.GATED)
