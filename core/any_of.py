"""`pk__any_of=…`: rows whose keys a question names, looked up after it is answered.

With `__in`, PostgreSQL may join what is asked for to all rows and leave out the others
afterwards: it weighs the order of eight joins, and puts a list that comes ninth last.
"""

from typing import Any

from django.db.models import AutoField, BigAutoField, Lookup


class AnyOf(Lookup):
    """Whether a key is one of those that a queryset of keys gives."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """An array that is made first; on SQLite, which has none, a plain list."""
        key, of_key = self.process_lhs(compiler, connection)
        keys, of_keys = self.process_rhs(compiler, connection)
        # It comes in parentheses; in two pairs, SQLite would take its first row alone.
        word = "= ANY (ARRAY" if connection.vendor == "postgresql" else "IN"
        end = ")" if connection.vendor == "postgresql" else ""
        return f"{key} {word} {keys}{end}", [*of_key, *of_keys]


def register() -> None:
    """Let queries say it of keys that count up."""
    for kind in (AutoField, BigAutoField):
        kind.register_lookup(AnyOf)
