"""Where the originals lie is a setting: nothing of it is in the database."""

import core.storage
import learning.models.work
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0010_class_report_indexes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                        model_name='workfile',
                        name='file',
                        field=models.FileField(storage=core.storage.originals, upload_to=learning.models.work._stored_name),
                    ),
            ]
        )
    ]
