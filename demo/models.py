"""What the loader has already made, so that loading twice changes nothing."""

from django.db import models


class DemoRecord(models.Model):
    """One thing of the demo data that has been loaded.

    It stays when somebody edits or deletes the thing: what users changed between two
    loads survives the second.
    """

    key = models.CharField(max_length=80, unique=True)
    value = models.CharField(max_length=80, blank=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "demo record"

    def __str__(self) -> str:
        return self.key
