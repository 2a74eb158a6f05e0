"""Certificates as PDF: time of each, size, and whether memory stays where it is.

`make bench-certificates`. The rule of the issue: resident memory after 300 certificates
is at most 20 MiB above that after 30, in one process, with a name of its own on each.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import django

SMALL, LARGE, ALLOWED_MIB = 30, 300, 20
# Characters that names are made of; each certificate has others.
FIRST_CHARACTER = 0x4E00


def resident_mib() -> float:
    """Memory of this process that is in use now, not its highest ever."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def sheet(number: int) -> object:
    """A certificate with characters that the ones before it did not have."""
    from learning.certificate_sheet import lay_out

    name = "".join(chr(FIRST_CHARACTER + 3 * number + one) for one in range(3))
    facts = {
        "name": name,
        "course": "长辈书法：一支笔写心静",
        "teacher": "范砚田",
        "issuer": "街道社区教育中心",
        "issued_on": "2026-11-26",
        "text": (
            "于 2026 年 9 月 24 日至 11 月 26 日，在社区市民学校学习「长辈书法：一支笔"
            "写心静」，到校上课 8 次，共 12 学时，准予结业。特发此证。"
        ),
    }
    row = SimpleNamespace(
        pk=number,
        snapshot=facts,
        serial=f"CH-2026-{number:04d}",
        code_words="7K3M-9QXF-2TWB-H6RD",
    )
    return lay_out(
        row,  # type: ignore[arg-type]
        address="example.org/z",
        code_address="https://example.org/z/7K3M9QXF2TWBH6RD",
    )


def main() -> int:
    """Print the figures as JSON; 1 where memory grew by more than is allowed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning_site.settings.test")
    django.setup()
    from core.pdf import render_pdf, unavailable_reason
    from learning.certificate_pdf import sheets_html

    if reason := unavailable_reason():
        print(reason)
        return 1
    times, sizes, memory = [], [], {}
    for number in range(1, LARGE + 1):
        begun = time.perf_counter()
        pdf = render_pdf(sheets_html([sheet(number)]))  # type: ignore[list-item]
        times.append(time.perf_counter() - begun)
        sizes.append(len(pdf))
        if number in (SMALL, LARGE):
            memory[number] = resident_mib()
    grown = memory[LARGE] - memory[SMALL]
    print(
        json.dumps(
            {
                "median_s": round(statistics.median(times), 3),
                "first_s": round(times[0], 3),
                "median_kib": round(statistics.median(sizes) / 1024),
                "mib_after_30": round(memory[SMALL], 1),
                "mib_after_300": round(memory[LARGE], 1),
                "grown_mib": round(grown, 1),
                "allowed_mib": ALLOWED_MIB,
            }
        )
    )
    return int(grown > ALLOWED_MIB)


if __name__ == "__main__":
    sys.exit(main())
