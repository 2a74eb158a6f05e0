"""«Make this once»: the loader's memory."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from core.civil_time import civil_date
from demo.models import DemoRecord


def once(key: str, make: Callable[[], Any]) -> Any:
    """Run `make` if the key was never loaded; its result, or None where it was."""
    if DemoRecord.objects.filter(key=key).exists():
        return None
    made = make()
    DemoRecord.objects.create(key=key, value=str(getattr(made, "pk", "") or ""))
    return made


def loaded_pk(key: str) -> int | None:
    """The primary key of what was made under that key."""
    value = DemoRecord.objects.filter(key=key).values_list("value", flat=True).first()
    return int(value) if value else None


def anchor_date(demo_now_day: int) -> date:
    """The day 0 of the demo data: fixed at the first load, so that later loads agree."""
    record, _new = DemoRecord.objects.get_or_create(
        key="anchor",
        defaults={"value": (civil_date() - timedelta(days=demo_now_day)).isoformat()},
    )
    return date.fromisoformat(record.value)
