"""Rows that are written once: logs, ledgers, reviews. What was wrong is said by a later row."""

from typing import Any, NoReturn

from core.exceptions import AppendOnlyError


class AppendOnlyQuerySetMixin:
    """Before a queryset: refuses what would change or remove rows."""

    def update(self, **fields: Any) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError


class NeverDeletedMixin:
    """Before a model whose rows may be completed by steps, and are never removed."""

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError


class AppendOnlyMixin(NeverDeletedMixin):
    """Before a model whose rows are never changed either."""

    _state: Any

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row.

        Raises:
            AppendOnlyError: it was written before.
        """
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)  # type: ignore[misc]
