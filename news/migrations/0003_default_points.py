"""The points of PUB-07, for the centre to change."""

from decimal import Decimal

from django.db import migrations

DEFAULTS = {
    "national": "10",
    "province": "6",
    "city": "4",
    "district": "2",
    "street": "1",
}


def add_defaults(apps, schema_editor):
    rules = apps.get_model("news", "PointRule")
    for level, points in DEFAULTS.items():
        full = Decimal(points)
        rules.objects.get_or_create(
            level=level, defaults={"points": full, "brief_points": full / 2}
        )
    apps.get_model("news", "PointSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("news", "0002_outlets")]

    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop)]
