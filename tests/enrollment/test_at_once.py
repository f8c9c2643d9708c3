"""Two clerks in the same moment: one act happens, the other is told why not."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.billing.models import Entry, Receipt
from apps.billing.selectors import overpaid
from apps.billing.services import ReceiptRefused, record_receipt
from apps.catalogue.services import load_catalogue
from apps.core import context
from apps.core.errors import DomainError
from apps.core.models import Effect
from apps.documents.models import Paper
from apps.enrollment.models import Application
from apps.enrollment.services import issue, start_application, submit
from apps.policies.models import Policy, PolicyShare
from apps.pools.models import Pool
from apps.pools.services import found_pool, join_pool, set_shares
from apps.rating.selectors.trial import golden_faults
from tests.conftest import ARRANGER
from tests.enrollment.conftest import NOW, SHARES, TODAY, filled
from tests.factories import HeadcountFactory, SiteFactory, UserFactory, organisation, person

pytestmark = pytest.mark.usefixtures("own_database")
Act = Callable[[User], Any]


def acted(by: User, act: Act) -> Any:
    with context.entering(by.context), transaction.atomic():
        return act(by)


@pytest.fixture
def clerks(own_database) -> list[User]:
    """Two underwriters of one insurer; the third is its finance."""
    load_catalogue(trial=golden_faults)
    with context.entering(ARRANGER), transaction.atomic():
        insurers = [organisation(Kind.INSURER, name=f"第{n}保险") for n in "甲乙丙"]
        site = SiteFactory(opened_on=date(2010, 5, 1), headcount=46)
        HeadcountFactory(site=site, production=38, other=8)
        owner = UserFactory(organisation=site.enterprise.organisation, role="enterprise_owner")
        bureau = person(Kind.DISTRICT_BUREAU, "district_officer")
        broker = person(Kind.BROKER, "broker_admin")
        roles = ("underwriter", "underwriter", "insurer_finance")
        found = [UserFactory(organisation=insurers[1], role=role) for role in roles]

    def founded(by: User) -> None:
        found_pool(district=site.district, name="南海区共保体", by=by)

    def pooled(by: User) -> None:
        since = date(2026, 1, 1)
        pool = Pool.objects.get()
        for insurer in insurers:
            join_pool(pool=pool, insurer=insurer, valid_from=since, source="协议", by=by)
        shares = dict(zip(insurers, SHARES, strict=True))
        set_shares(pool=pool, shares=shares, valid_from=since, source="协议", by=by)

    def applied(by: User) -> None:
        draft = start_application(site=site, by=by)
        filled(draft, insurers[1], by)
        submit(application=draft, today=TODAY, now=NOW, by=by)

    acted(bureau, founded)
    acted(broker, pooled)
    acted(owner, applied)
    return found


def issued_by(by: User) -> Policy:
    application = Application.objects.visible_to(by).get()
    return issue(application=application, today=TODAY, now=NOW, by=by)


def at_once(people: list[User], act: Act) -> list[str]:
    """What each was told: "" for the one whose act happened."""
    told: list[str] = []
    barrier = threading.Barrier(len(people))

    def run(by: User) -> None:
        barrier.wait()
        try:
            acted(by, act)
            told.append("")
        except DomainError as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def counted(*models: Any) -> tuple[int, ...]:
    with context.entering(ARRANGER), transaction.atomic():
        return tuple(model.objects.count() for model in models)


def test_of_two_clerks_who_issue_one_does_and_one_is_told(clerks):
    told = at_once(clerks[:2], issued_by)
    assert told[0] == ""
    assert "已出单" in told[1]
    assert counted(Policy, PolicyShare, Entry) == (1, 3, 1)


@pytest.fixture
def policy(clerks) -> Policy:
    return acted(clerks[0], issued_by)


def test_the_same_voucher_twice_is_one_receipt(clerks, policy):
    def a_part(by: User) -> Receipt:
        return record_receipt(
            policy=policy,
            voucher="HD-1",
            payer_name=policy.insured_name,
            amount=Decimal(100),
            received_on=TODAY,
            today=TODAY,
            by=by,
        )

    told = at_once([clerks[2], clerks[2]], a_part)
    assert told[0] == ""
    assert "HD-1" in told[1]
    assert counted(Receipt, Entry) == (1, 3)


def test_the_whole_premium_twice_starts_one_cover_and_leaves_one_paper(clerks, policy):
    vouchers = iter(["HD-1", "HD-2"])

    def whole(by: User) -> Receipt:
        return record_receipt(
            policy=policy,
            voucher=next(vouchers),
            payer_name=policy.insured_name,
            amount=policy.premium,
            received_on=TODAY,
            today=TODAY,
            by=by,
        )

    told = at_once([clerks[2], clerks[2]], whole)
    assert told == ["", ""]  # the bank says that it came twice: the second is to go back
    with context.entering(ARRANGER), transaction.atomic():
        kinds = list(Paper.objects.order_by("kind").values_list("kind", flat=True))
        assert overpaid(policy) == policy.premium
        assert Effect.objects.filter(name="documents.print").count() == len(kinds)
    assert kinds == ["policy_certificate", "premium_notice", *2 * ["premium_receipt"]]


def test_a_refused_receipt_leaves_nothing(clerks, policy):
    def too_much(by: User) -> Receipt:
        return record_receipt(
            policy=policy,
            voucher="HD-9",
            payer_name=policy.insured_name,
            amount=policy.premium * 11,
            received_on=TODAY,
            today=TODAY,
            by=by,
        )

    with pytest.raises(ReceiptRefused, match="超过尚欠保费"):
        acted(clerks[2], too_much)
    assert counted(Receipt, Entry) == (0, 1)
