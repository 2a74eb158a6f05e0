"""Password hashing: Argon2id, cheap enough for 30 sign-ins at once on two cores."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SiteArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with t=2, m=19 MiB, p=1 (OWASP password storage cheat sheet)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
