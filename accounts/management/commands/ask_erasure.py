"""`manage.py ask_erasure <who> --reason …`: for somebody who asked at the counter."""

from django.core.management.base import CommandError

from accounts.exceptions import ErasureRefusedError
from accounts.management.for_person import PersonCommand
from accounts.models import User
from accounts.services.erasure import ask_erasure
from accounts.services.second_factor import MIN_REASON_LENGTH


class Command(PersonCommand):
    help = "Begins the seven days after which an account is erased."

    def act(self, user: User, reason: str) -> str:
        if len(reason.strip()) < MIN_REASON_LENGTH:
            raise CommandError("say why")
        try:
            request = ask_erasure(user=user, by=None, reason=reason)
        except ErasureRefusedError as error:
            raise CommandError(str(error)) from error
        return f"will be erased on {request.due_at:%Y-%m-%d %H:%M} UTC"
