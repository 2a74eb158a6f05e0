"""A run as a table, and as `docs/performance.md`: figures are written, never retyped.

python -m bench.speed.table var/bench/last.json [--write]
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.speed.targets import AIM, MUST, TARGETS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- the last run -->", "<!-- end of the last run -->"
PACKAGES = ("Django", "wagtail", "gunicorn", "psycopg")
SIGNS = {AIM: "✔✔", MUST: "✔", "missed": "✘"}
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite, one process"}


def describe(measures: list[Any], verdicts: list[Any]) -> dict[str, Any]:
    """The run with when, on what and of which state it was taken."""
    versions = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    return {
        "taken": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[2], 1),
        "state": commit,
        "versions": versions,
        "verdicts": verdicts,
        "measures": measures,
    }


def as_markdown(result: dict[str, Any]) -> str:
    """Two tables: the verdicts by target, then what each measure cost."""
    versions = ", ".join(
        f"{name} {value}" for name, value in result["versions"].items()
    )
    lines = [
        f"Taken {result['taken']} of `{result['state']}` on {result['cores']} cores "
        f"(load of the quarter of an hour before: {result['load_before']}). {versions}.",
        "",
        *_profiles(result["measures"]),
        "",
        "| # | measure | database | c | held to | value | must | aim | |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_verdict(one) for one in result["verdicts"]),
        "",
        "| measure | database | c | CPU ms | database ms | p50 | p95 | p99 | a second | bytes | SQL |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *(_measure(one) for one in result["measures"] if "p50" in one),
    ]
    return "\n".join(lines)


def _profiles(measures: list[Any]) -> list[str]:
    found = []
    for one in measures:
        if one["measure"] == "profile":
            counts = ", ".join(f"{n:,} {name}" for name, n in one["counts"].items())
            found.append(
                f"- {NAMES[one['database']]}: {one['workers']} worker(s) of "
                f"{one['threads']} threads, cache: {one['cache']}; {counts}."
            )
    return found


def _verdict(one: dict[str, Any]) -> str:
    sign = "≥" if one["is_least"] else "≤"
    unit = f" {one['unit']}" if one["unit"] and one["unit"] != "×" else one["unit"]
    title = next(t.title for t in TARGETS if t.number == one["number"])
    name = one["measure"] if one["measure"] != title else title
    return (
        f"| {one['number']} | {name} | {NAMES[one['database']]} | "
        f"{one['connections'] or ''} | {one['words']} | {_short(one['value'])}{unit} | "
        f"{sign} {_short(one['must'])} | {sign} {_short(one['aim'])} | "
        f"{SIGNS[one['verdict']]} |"
    )


def _measure(one: dict[str, Any]) -> str:
    names = ("cpu_ms", "database_ms", "p50", "p95", "p99", "rps", "bytes", "sql")
    cells = ["" if one.get(name) is None else _short(one[name]) for name in names]
    return (
        f"| {one['measure']} | {NAMES[one['database']]} | {one.get('connections', '')}"
        f" | {' | '.join(cells)} |"
    )


def _short(value: float) -> str:
    if value == float("inf"):
        return "–"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def write(result: dict[str, Any]) -> None:
    """Put the tables into `docs/performance.md`, between its two marks."""
    text = PAGE.read_text("utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    made = f"{before}{BEGIN}\n\n{as_markdown(result)}\n\n{END}{after}"
    PAGE.write_text(made, "utf-8")


def main() -> None:
    """Print a run that was kept; `--write` puts it into the page."""
    result = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    sys.stdout.write(as_markdown(result) + "\n")
    if "--write" in sys.argv:
        write(result)


if __name__ == "__main__":
    main()
