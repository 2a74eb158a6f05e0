"""What the database is told at the start of a connection."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_no_page_waits_for_the_database_to_compile_its_query():
    """Compiled, the query of the home page took twenty times as long as it runs."""
    if connection.vendor != "postgresql":
        assert "OPTIONS" in connection.settings_dict
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)
