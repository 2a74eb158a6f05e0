#!/usr/bin/env python
"""Django's command line for this project."""

import gc
import os
import sys


def main() -> None:
    # A command ends soon. Looking for garbage after each 700 objects, as Python does,
    # takes a fifth of the time in which the database is made.
    gc.set_threshold(50_000, 10, 10)
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", "learning_site.settings.development"
    )
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
