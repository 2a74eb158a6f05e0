"""`manage.py reset_second_factor <who> --reason …`: when nobody else is left to do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import SecondFactorResetRefusedError
from accounts.services.people import find_person
from accounts.services.second_factor import reset_second_factor


class Command(BaseCommand):
    help = "Removes the second factor of a person who has lost it, and says so to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="phone number, e-mail address or login name")
        parser.add_argument("--reason", required=True, help="kept in the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_person(options["who"])
        if user is None:
            raise CommandError("no such person")
        try:
            reset_second_factor(user=user, by=None, reason=options["reason"])
        except SecondFactorResetRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("done; the person has been told")
