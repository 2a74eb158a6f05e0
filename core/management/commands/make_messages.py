"""Brings the English catalogue to the strings of code and templates, and compiles it.

Needs GNU gettext; only who changes a string needs it, because the compiled catalogue is
in the repository. A string that is new stands in the catalogue without a translation:
write it there and run this again.
"""

import contextlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import makemessages

LANGUAGE = "en"
# Folders without a word for a reader of the site.
IGNORED = [".venv", "var", "tests", "bench", "demo", "dev.py"]
# One way to write the file, so that two people who run this get the same bytes.
OPTIONS: dict[str, Any] = {
    "add_location": "file",
    "all": False,
    "domain": "django",
    "exclude": [],
    "extensions": [],
    "ignore_patterns": IGNORED,
    "keep_pot": False,
    "locale": [LANGUAGE],
    "no_location": False,
    "no_obsolete": True,
    "no_wrap": True,
    "symlinks": False,
    "use_default_ignore_patterns": True,
}
_CHANGING_HEADERS = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|'
    r"Report-Msgid-Bugs-To|Project-Id-Version): .*\n",
    re.MULTILINE,
)


class Command(makemessages.Command):
    help = "Bring locale/en to the strings of code and templates, and compile it."
    # A guess from a similar sentence is worse than an empty line that the tests find.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        """No options: see OPTIONS."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Extract, merge, compile, and say what is left to translate."""
        if shutil.which("msgfmt") is None:
            raise CommandError("GNU gettext is missing: apt install gettext")
        with contextlib.chdir(settings.BASE_DIR):
            super().handle(*args, **{**options, **OPTIONS})
        catalogue = (
            Path(settings.BASE_DIR) / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
        )
        text = _CHANGING_HEADERS.sub("", catalogue.read_text(encoding="utf-8"))
        catalogue.write_text(text, encoding="utf-8")
        compiled = catalogue.with_suffix(".mo")
        done = subprocess.run(  # noqa: S603 - our own file
            ["msgfmt", "--check-format", "--statistics", "-o", compiled, catalogue],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        self.stdout.write(done.stderr.strip())
        if done.returncode:
            raise CommandError("The catalogue could not be compiled (see above).")
