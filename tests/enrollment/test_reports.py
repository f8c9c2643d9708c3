"""The copied report (抄报): who is told of an issue, of a cover that begins, and of a refusal."""

import pytest

from apps.accounts.kinds import Kind
from apps.billing.services import record_receipt
from apps.catalogue.models import RefusalReason
from apps.core.models import Effect
from apps.enrollment.services import issue, refuse
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person


@pytest.fixture
def crowd(insurers, owner, finance, bureau):
    """Everybody who might be told, by what they are."""
    return {
        "owner": owner,
        "finance": finance,
        "co-insurer": UserFactory(organisation=insurers[0], role="underwriter"),
        "co-insurer's server": UserFactory(organisation=insurers[0], role="service_officer"),
        "district": bureau,
        "city": person(Kind.CITY_BUREAU, "city_officer"),
        "broker": person(Kind.BROKER, "broker_evaluator"),
        "another district": person(Kind.DISTRICT_BUREAU, town="大良街道"),
        "stranger": person(Kind.INSURER),
    }


def told(crowd, once):
    """Whom the notices of this event are addressed to."""
    notices = Effect.objects.filter(name="messaging.notify", payload__once__contains=once)
    receivers = {key for notice in notices for key in notice.payload["receivers"]}
    return {name for name, one in crowd.items() if one.pk in receivers}


WATCHING = {"district", "city", "broker"}
SHARING = {"co-insurer", "finance"}


def test_an_issue_is_told_to_the_enterprise_and_to_all_who_watch(
    submitted, underwriter, acting, crowd
):
    with acting(underwriter):
        policy = issue(application=submitted, today=TODAY, now=NOW, by=underwriter)
    assert told(crowd, f"policy:{policy.pk}:issued") == {"owner"}
    assert told(crowd, f"policy:{policy.pk}:copied:issued") == WATCHING | SHARING


def test_the_beginning_of_the_cover_is_told_to_them_too(issued, finance, acting, crowd):
    with acting(finance):
        record_receipt(
            policy=issued,
            voucher="HD-1",
            payer_name=issued.insured_name,
            amount=issued.premium,
            received_on=TODAY,
            today=TODAY,
            by=finance,
        )
    assert told(crowd, f"policy:{issued.pk}:cover") == {"owner"}
    # Who did it need not be told of it.
    assert told(crowd, f"policy:{issued.pk}:copied:cover") == WATCHING | SHARING - {"finance"}


def test_a_refusal_reaches_the_broker_at_once(submitted, underwriter, acting, crowd):
    reason = RefusalReason.objects.filter(version=submitted.quote.product_version).first()
    with acting(underwriter):
        refuse(application=submitted, reason=reason, note="停产令", now=NOW, by=underwriter)
    assert told(crowd, f"application:{submitted.pk}:refused:copied") == WATCHING
    assert "owner" in told(crowd, f"application:{submitted.pk}:refused")
