"""Writing index entries, alike on both databases but for the columns."""

from abc import ABC, abstractmethod
from typing import Any

from modelsearch.utils import get_content_type_pk

from search.backend.compiling import IndexEntry
from search.backend.entries import Stored, read_object


class EntryWriter(ABC):
    """Stands before a stock index and stores what `columns_of` says of each object."""

    entries: Any

    @staticmethod
    @abstractmethod
    def columns_of(stored: Stored) -> dict[str, Any]:
        """The columns of an entry. Every object has the same ones."""

    def add_items(self, model: Any, objs: Any) -> None:
        """Store objects of one model. One statement; what exists is replaced."""
        if not model.get_search_fields():
            return
        content_type = get_content_type_pk(model)
        written = {str(obj.pk): self.columns_of(read_object(obj)) for obj in objs}
        if not written:
            return
        self.entries.bulk_create(
            [
                IndexEntry(content_type_id=content_type, object_id=pk, **columns)
                for pk, columns in written.items()
            ],
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=list(next(iter(written.values()))),
        )

    def _refresh_title_norms(self, full: bool = False) -> None:  # noqa: B027 (the stock index calls it)
        """Nothing: our formula needs no average over all entries at each save."""
