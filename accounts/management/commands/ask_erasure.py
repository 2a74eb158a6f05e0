"""`manage.py ask_erasure <who> --reason …`: for somebody who asked at the counter."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import ErasureRefusedError
from accounts.services.erasure import ask_erasure
from accounts.services.people import find_person
from accounts.services.second_factor import MIN_REASON_LENGTH


class Command(BaseCommand):
    help = "Begins the seven days after which an account is erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="phone number, e-mail address or login name")
        parser.add_argument("--reason", required=True, help="kept in the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_person(options["who"])
        if user is None:
            raise CommandError("no such person")
        if len(options["reason"].strip()) < MIN_REASON_LENGTH:
            raise CommandError("say why")
        try:
            request = ask_erasure(user=user, by=None, reason=options["reason"])
        except ErasureRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"will be erased on {request.due_at:%Y-%m-%d %H:%M} UTC")
