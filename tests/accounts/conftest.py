from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import outbox
from apps.core.models import Effect

PASSWORD = "Zhujiang-2026"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    """Failed logins are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def as_() -> Callable[..., Client]:
    """`as_(person).get("/home/")`: a browser in which that person is signed in."""

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def deliver() -> Callable[..., int]:
    """Carry out what waits in the outbox, also what those effects leave; says how many."""

    def carry_out() -> int:
        count = 0
        while waiting := list(Effect.objects.pending().values_list("pk", flat=True)):
            count += sum(outbox.deliver(str(pk)) for pk in waiting)
        return count

    return carry_out


def with_password(person, password=PASSWORD):
    person.set_password(password)
    person.save()
    return person
