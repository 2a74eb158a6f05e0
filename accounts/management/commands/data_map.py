"""`manage.py data_map`: what the site keeps of people, as a table in Markdown."""

from typing import Any

from django.core.management.base import BaseCommand

from core.privacy import MENTIONS, PUBLISHED, personal_models


class Command(BaseCommand):
    help = "Prints the data map: purpose, ground, time kept and readers of each field."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("| model | fields | why | ground | kept | seen by | erased |")
        self.stdout.write("|---|---|---|---|---|---|---|")
        for one in personal_models():
            whys: dict[Any, list[str]] = {}
            for name, datum in one.data.items():
                whys.setdefault(datum.why or one.why, []).append(name)
            for why, names in whys.items():
                self.stdout.write(
                    f"| {one.model} | {', '.join(names)} | {why.purpose} | "
                    f"{why.basis.label} | {why.kept} | {why.seen_by} | "
                    f"{one.erasure.name.lower()} |"
                )
        for public in PUBLISHED.values():
            why = public.why
            self.stdout.write(
                f"| {public.model} | {', '.join(public.fields)} | {why.purpose} | "
                f"{why.basis.label} | {why.kept} | {why.seen_by} | by whoever edits it |"
            )
        for mention in MENTIONS.values():
            self.stdout.write(
                f"| {mention.model} | {', '.join(mention.fields)} | {mention.title} "
                "| | | | leads to an account without a name |"
            )
