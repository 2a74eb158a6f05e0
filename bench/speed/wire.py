"""What a page weighs on the wire: itself, and each file that it names, compressed."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

NAMED = re.compile(r"""(?:href|src)="/static/([^"#?]+)""")
IMPORTED = re.compile(r"""(?:import|from)\s*\(?\s*["'](\.[^"']+)["']""")
IN_STYLES = re.compile(r"""url\(["']?([^"')#?]+)["']?\)""")
# A font is loaded by who needs it; a picture for a home screen by nobody who only reads.
LEFT_OUT = ("touch-180", "icon-")


def weigh(html: str, static_root: Path) -> dict[str, Any]:
    """KiB of everything, and of the scripts among it; the files by weight."""
    sizes = {"page": len(gzip.compress(html.encode(), 6))}
    for name in sorted(set(NAMED.findall(html))):
        _add(name, static_root, sizes)
    scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
    heaviest = sorted(sizes.items(), key=lambda one: -one[1])
    return {
        "kib": sum(sizes.values()) / 1024,
        "script_kib": scripts / 1024,
        "files": json.dumps(dict(heaviest[:12])),
    }


def _add(name: str, static_root: Path, sizes: dict[str, int]) -> None:
    """A file as nginx sends it, and what it imports."""
    path = static_root / name
    if name in sizes or not path.is_file() or any(one in name for one in LEFT_OUT):
        return
    packed = Path(f"{path}.gz")
    sizes[name] = (packed if packed.exists() else path).stat().st_size
    if path.suffix == ".js":
        for found in IMPORTED.findall(path.read_text("utf-8")):
            other = (path.parent / found).resolve()
            _add(str(other.relative_to(static_root.resolve())), static_root, sizes)
