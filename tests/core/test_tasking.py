"""A task sees what its caller sees; without a caller it sees nothing."""

import pytest
from celery import shared_task
from django.db import transaction

from apps.accounts.kinds import Kind
from apps.core import context
from apps.enterprises.models import Site
from foshan_sli.celery import app
from tests.factories import SiteFactory, person


@shared_task(name="tests.count_sites")
def count_sites() -> int:
    with transaction.atomic():
        return Site.objects.count()


@pytest.fixture(autouse=True)
def _eager(settings):
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before


def called_by(user) -> int:
    """Called within the person's context, carried out without it, as another process would."""
    with context.entering(user.context if user else None):
        headers = {"actor": user.actor_key} if user else {}
    with context.entering(None):
        return count_sites.apply(headers=headers).get()


def test_a_task_reads_with_its_callers_eyes():
    SiteFactory.create_batch(2)
    assert called_by(person(Kind.CITY_BUREAU)) == 2
    assert called_by(person(Kind.DISTRICT_BUREAU, town="桂城街道")) == 2
    assert called_by(person(Kind.DISTRICT_BUREAU, town="荷城街道")) == 0
    assert called_by(person(Kind.ASSOCIATION)) == 0


def test_a_task_without_a_caller_reads_nothing():
    SiteFactory()
    assert called_by(None) == 0


def test_a_caller_suspended_meanwhile_reads_nothing():
    SiteFactory()
    officer = person(Kind.CITY_BUREAU)
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    assert called_by(officer) == 0


def test_the_caller_travels_in_the_headers(monkeypatch):
    officer, sent = person(Kind.CITY_BUREAU), {}

    def keep(self, args=None, kwargs=None, headers=None, **options):
        sent.update(headers)

    monkeypatch.setattr("celery.app.task.Task.apply_async", keep)
    with context.entering(officer.context), context.as_request("req_7"):
        count_sites.delay()
    assert sent == {"actor": officer.actor_key, "request": "req_7"}
