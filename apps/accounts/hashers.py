"""Argon2id sized for two cores: the library's default costs a quarter of a second per login."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SizedArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: OWASP's first recommendation for argon2id."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
