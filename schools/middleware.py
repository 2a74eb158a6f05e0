"""A role that ended by date opens nothing at the next request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from schools.services.provisioning import sync_groups_of

GetResponse = Callable[[HttpRequest], HttpResponse]
# Only these areas ask what groups a person is in.
STAFF_PREFIXES = ("/admin/", "/desk/", "/files/", "/documents/")


class MembershipMiddleware:
    """Brings a staff member's groups to their memberships before staff pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(STAFF_PREFIXES) and request.user.is_authenticated:
            sync_groups_of(user=request.user)
        return self.get_response(request)
