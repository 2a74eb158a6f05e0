"""Wagtail's own Editors and Moderators groups and their workflow go (design §2)."""

from django.db import migrations


def remove_default_roles(apps, schema_editor):
    group_page_permission = apps.get_model("wagtailcore", "GroupPagePermission")
    group_page_permission.objects.filter(page__depth=1).delete()
    apps.get_model("auth", "Group").objects.filter(
        name__in=["Editors", "Moderators"]
    ).delete()
    for name in ("Workflow", "Task"):
        apps.get_model("wagtailcore", name).objects.filter(
            name="Moderators approval"
        ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailadmin", "0006_formstate"),
        ("core", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(remove_default_roles, migrations.RunPython.noop),
    ]
