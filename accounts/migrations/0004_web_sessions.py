"""Sessions know their person. Those of before come along with their browser."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_cards_codes_family"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user", models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="web_sessions", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "登录",
                "verbose_name_plural": "登录",
                "abstract": False,
            },
        ),
    ]
