"""Where the originals lie is a setting: nothing of it is in the database."""

import core.storage
import news.models.submission
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('news', '0006_notices'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                        model_name='adoption',
                        name='clipping',
                        field=models.FileField(blank=True, storage=core.storage.originals, upload_to=news.models.submission._clipping_name, verbose_name='剪报、截图'),
                    ),
                migrations.AlterField(
                        model_name='review',
                        name='scan',
                        field=models.FileField(blank=True, storage=core.storage.originals, upload_to='reviews/', verbose_name='签字的纸'),
                    ),
            ]
        )
    ]
