"""Two clerks in the same moment, and what the database itself refuses."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.billing.services import record_receipt
from apps.core import context
from apps.enrollment.models import Application
from apps.enrollment.renewals.services import renew
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment
from apps.policies.services import changing
from tests.conftest import ARRANGER
from tests.enrollment.conftest import NOW, TODAY
from tests.enrollment.test_at_once import acted, at_once, clerks, issued_by
from tests.policies.stacked import at, paid

__all__ = ["clerks"]
APRIL, SOON = date(2026, 4, 1), date(2027, 2, 20)


@pytest.fixture
def policy(clerks):
    with time_machine.travel(NOW, tick=False):
        found = acted(clerks[0], issued_by)

        def receive(by):
            record_receipt(
                policy=found,
                voucher="HD1",
                payer_name=found.insured_name,
                amount=found.premium,
                received_on=TODAY,
                today=TODAY,
                by=by,
            )

        acted(clerks[2], receive)
        return acted(clerks[0], lambda by: Policy.objects.get(pk=found.pk))


@pytest.mark.usefixtures("own_database")
def test_of_two_endorsements_at_once_one_is_recorded_and_one_looks_again(policy, clerks):
    asked = {"amendment": Amendment(heads_by=5), "effective_on": APRIL, "now": at(APRIL)}

    def look(by):
        return changing.plan_endorsement(policy=policy, **asked).mark

    with time_machine.travel(at(APRIL), tick=False):
        shown = acted(clerks[0], look)

        def act(by):
            return changing.endorse(policy=policy, reason="", shown=shown, by=by, **asked)

        outcomes = at_once(clerks[:2], act)
    assert [bool(told) for told in outcomes] == [False, True]
    assert "重新核对" in outcomes[1]
    with context.entering(ARRANGER), transaction.atomic():
        assert PolicyTransaction.objects.count() == 2
        owner = User.objects.select_related("organisation").get(role="enterprise_owner")
    # Two clicks on one renewal open one application.
    with time_machine.travel(at(SOON), tick=False):
        again = at_once([owner, owner], lambda by: renew(policy=policy, today=SOON, by=by))
    assert again == ["", ""]
    with context.entering(ARRANGER), transaction.atomic():
        assert Application.objects.filter(renews=policy.pk).count() == 1


def test_the_database_holds_a_term_to_a_year_and_an_extension(issued, finance, acting):
    covered = paid(issued, finance, acting, on=TODAY)
    too_long = covered.cover_from + timedelta(days=366 + 181)
    with pytest.raises(IntegrityError, match="policy_term"), transaction.atomic():
        Policy.objects.filter(pk=covered.pk).update(cover_to=too_long)
