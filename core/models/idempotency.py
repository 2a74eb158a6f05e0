"""Keys by which a repeated request is known: written with the effect they stand for."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """One request of one person, and what it was answered.

    The client makes `key` (a UUID) before it sends; phones are offline for long, so
    rows are kept for 30 days (security-reliability §0.6).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    body_sha256 = models.CharField(max_length=64)
    response = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="core_one_effect_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
