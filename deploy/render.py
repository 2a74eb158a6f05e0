#!/usr/bin/env python3
"""Fill the configuration of nginx in: `render.py FOLDER [--brotli]`.

Reads `deploy/nginx/*.template`, puts the values of the environment in the place of
`${NAMES}`, and writes the files into the folder. What nginx itself calls `$like_this`
stays. Standard library only.
"""

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent / "nginx"
NAME = re.compile(r"\$\{([A-Z_]+)\}")
# What is the same nearly everywhere; the three names and the certificate are not.
DEFAULTS = {
    "UPSTREAM": "unix:/run/street/web.sock",
    "STATIC_ROOT": "/srv/street/var/static",
    "MEDIA_ROOT": "/srv/street/var/media",
    "PAGES_DIR": "/srv/street/site/templates",
    "CACHE_DIR": "/var/cache/nginx/street",
    "LOG_DIR": "/var/log/nginx",
    # The object store, where there is one (OBJECT_STORE_URL).
    "OBJECTS_URL": "http://127.0.0.1:9",
    "HTTP_PORT": "80",
    "HTTPS_PORT": "443",
    # «:8443» where the port is another than 443.
    "HTTPS_SUFFIX": "",
}


def filled(template: str, values: Mapping[str, str]) -> str:
    """The text with the values in it.

    Raises:
        KeyError: a name has no value.
    """
    return NAME.sub(lambda found: values[found[1]], template)


def render(folder: Path, given: Mapping[str, str], *, brotli: bool) -> None:
    """Write the configuration into the folder, which is made where it is not there.

    Raises:
        KeyError: a name that has no default was not given.
    """
    values = {**DEFAULTS, "CONF_DIR": str(folder), **given}
    (folder / "optional").mkdir(parents=True, exist_ok=True)
    for template in sorted(HERE.glob("*.template")):
        text = filled(template.read_text(encoding="utf-8"), values)
        (folder / template.stem).write_text(text, encoding="utf-8")
    for one in sorted((HERE / "optional").glob("*.conf")):
        if brotli:
            (folder / "optional" / one.name).write_text(one.read_text(encoding="utf-8"))


def main() -> int:
    """Render from the command line; name what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--brotli", action="store_true", help="nginx has the module")
    chosen = parser.parse_args()
    try:
        render(chosen.folder.resolve(), os.environ, brotli=chosen.brotli)
    except KeyError as missing:
        sys.stderr.write(f"请设环境变量 {missing.args[0]}。 / Set {missing.args[0]}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
