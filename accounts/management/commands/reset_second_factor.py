"""`manage.py reset_second_factor <who> --reason …`: when nobody else is left to do it."""

from django.core.management.base import CommandError

from accounts.exceptions import SecondFactorResetRefusedError
from accounts.management.for_person import PersonCommand
from accounts.models import User
from accounts.services.second_factor import reset_second_factor


class Command(PersonCommand):
    help = "Removes the second factor of a person who has lost it, and says so to them."

    def act(self, user: User, reason: str) -> str:
        try:
            reset_second_factor(user=user, by=None, reason=reason)
        except SecondFactorResetRefusedError as error:
            raise CommandError(str(error)) from error
        return "done; the person has been told"
