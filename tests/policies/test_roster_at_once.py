"""Two clerks put people on one roster in the same moment: nobody twice, nobody too many."""

import pytest
import time_machine
from django.db import transaction

from apps.core import context
from apps.policies.models import Policy
from apps.policies.roster.models import InsuredPerson, RosterImport
from apps.policies.services import imports
from apps.policies.services.people import add_people
from tests.conftest import ARRANGER
from tests.enrollment.conftest import NOW, TODAY
from tests.enrollment.test_at_once import acted, at_once, clerks, issued_by
from tests.policies.test_roster import line, people, workbook

__all__ = ["clerks"]
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def policy(clerks):
    return acted(clerks[0], issued_by)


def named() -> int:
    with context.entering(ARRANGER), transaction.atomic():
        return InsuredPerson.objects.count()


def test_the_same_people_at_once_are_named_once(policy, clerks):
    def put(by):
        return len(add_people(policy=policy, people=people(1, 2), today=TODAY, by=by))

    outcomes = at_once(clerks[:2], put)
    assert [bool(told) for told in outcomes] == [False, True]
    assert "已有名字" in outcomes[1]
    assert named() == 2


def test_two_halves_that_are_too_many_together_do_not_both_pass(policy, clerks):
    room = policy.insured_count
    parts = {clerks[0].pk: range(room), clerks[1].pk: range(100, 100 + room)}

    def put(by):
        chosen = people(*parts[by.pk])
        return len(add_people(policy=policy, people=chosen, today=TODAY, by=by))

    outcomes = at_once(clerks[:2], put)
    assert [bool(told) for told in outcomes] == [False, True]
    assert "增加人数的批改" in outcomes[1]
    assert named() == room


def test_one_import_committed_by_two_at_once_counts_once(policy, clerks):
    def laid_out(by):
        return imports.receive(policy=policy, file=workbook(line(1)), today=TODAY, by=by)

    batch = acted(clerks[0], laid_out)
    outcomes = at_once(clerks[:2], lambda by: imports.commit(batch=batch, today=TODAY, by=by))
    assert [bool(told) for told in outcomes] == [False, True]
    assert "已入名单" in outcomes[1]
    assert named() == 1
    with context.entering(ARRANGER), transaction.atomic():
        assert RosterImport.objects.get().state == "committed"
        assert Policy.objects.count() == 1
