"""Sessions know their person; who is signed in stays signed in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BATCH = 1000


def bring_along(apps, schema_editor):
    """Copy the sessions that are not over, each with its person."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core import signing
    from django.utils import timezone

    store = SessionStore()

    old = apps.get_model("sessions", "Session").objects.using(schema_editor.connection.alias)
    new = apps.get_model("accounts", "WebSession").objects.using(schema_editor.connection.alias)
    people = set(
        apps.get_model("accounts", "User")
        .objects.using(schema_editor.connection.alias)
        .values_list("pk", flat=True)
    )
    made = []
    alive = old.filter(expire_date__gt=timezone.now())
    for one in alive.iterator(chunk_size=BATCH):
        try:
            held = signing.loads(
                one.session_data, salt=store.key_salt, serializer=store.serializer
            )
        except signing.BadSignature:
            # Of another key: nobody could use it any more.
            continue
        number = str(held.get(SESSION_KEY, ""))
        person = int(number) if number.isdecimal() else None
        made.append(
            new.model(
                session_key=one.session_key,
                session_data=one.session_data,
                expire_date=one.expire_date,
                user_id=person if person in people else None,
            )
        )
        if len(made) >= BATCH:
            new.bulk_create(made, ignore_conflicts=True)
            made.clear()
    new.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_cards_codes_family"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="web_sessions", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "登录",
                "verbose_name_plural": "登录",
                "abstract": False,
            },
        ),
        migrations.RunPython(bring_along, migrations.RunPython.noop),
    ]
