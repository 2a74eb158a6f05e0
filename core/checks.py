"""What a machine lacks, said at the start and not at the first sheet of paper."""

from typing import Any

from django.core.checks import Info, register

from core.pdf import unavailable_reason


def register_all() -> None:
    """Called once, when the app is ready."""
    register(check_pdf)


def check_pdf(app_configs: Any, **kwargs: Any) -> list[Any]:
    """Certificates have their print view where the libraries of PDF are missing."""
    if not unavailable_reason():
        return []
    return [
        Info(
            "No PDF of certificates: WeasyPrint finds no Pango. Their print view serves.",
            hint="Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk",
            id="core.I001",
        )
    ]
