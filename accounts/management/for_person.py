"""What commands about one account have in common: whom, and why."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services.people import find_person


class PersonCommand(BaseCommand, ABC):
    """`manage.py <command> <who> --reason …`; the reason goes into the audit log."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="phone number, e-mail address or login name")
        parser.add_argument("--reason", required=True, help="kept in the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_person(options["who"])
        if user is None:
            raise CommandError("no such person")
        self.stdout.write(self.act(user, options["reason"]))

    @abstractmethod
    def act(self, user: User, reason: str) -> str:
        """Do it; the line that says so.

        Raises:
            CommandError: it cannot be done; the message says why.
        """
