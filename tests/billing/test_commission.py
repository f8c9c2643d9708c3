"""Commission: never over the ceiling, only to who holds a licence, never back to the insured."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.commission import services
from apps.billing.commission.models import CommissionPayment
from apps.billing.commission.rules import (
    accrued_lines,
    commission_due,
    is_insured_or_kin,
    rate_held,
)
from apps.billing.commission.services import CommissionRefused, accrue, owed_by_policy
from apps.billing.ledger import reverse
from apps.billing.models import AccountKind, Entry, EntryKind, Posting
from apps.billing.sealing import seal_all
from apps.billing.selectors import balance
from tests.factories import person
from tests.money import paid

CODE = "91440605MA4UJ8TJ7Q"
SINCE, UNTIL, TODAY = date(2026, 1, 1), date(2027, 1, 1), date(2026, 3, 2)
RATES = st.integers(1, 500).map(lambda points: Decimal(points) / 10_000)
MOVES = st.lists(st.tuples(RATES, st.integers(-(10**8), 10**8)), max_size=12)


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(moves=MOVES)
def test_step_by_step_it_is_never_over_the_rate_nor_a_fen_under(moves):
    accrued, seen, exact = Decimal(0), [], Decimal(0)
    for rate, fen in moves:
        seen.append((rate, Decimal(fen) / 100))
        exact += rate * Decimal(fen) / 100
        accrued += commission_due(seen, accrued)
        assert accrued <= exact < accrued + Decimal("0.01")


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(rate=RATES, fen=st.integers(1, 10**9))
def test_all_premium_returned_takes_all_commission_back(rate, fen):
    amount = Decimal(fen) / 100
    accrued = commission_due([(rate, amount)], Decimal(0))
    assert commission_due([(rate, amount), (rate, -amount)], accrued) == -accrued


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(agreed=RATES, ceiling=RATES, fen=st.integers(-(10**9), 10**9))
def test_lines_balance_and_the_ceiling_holds(agreed, ceiling, fen):
    assert rate_held(agreed, ceiling) <= ceiling
    assert sum(line.amount for line in accrued_lines(Decimal(fen) / 100, insurer="1")) == 0
    assert is_insured_or_kin("A", ["B"], "A")
    assert is_insured_or_kin("A", ["B"], "B")
    assert not is_insured_or_kin("A", ["B"], "C")


def registered(finance, acting, **changes):
    facts = {
        "name": "佛山某保险代理有限公司",
        "uscc": CODE,
        "trade": "agency",
        "licence": "201900440600",
        "licence_from": SINCE,
        "licence_to": UNTIL,
        "affiliates": [],
    }
    with acting(finance), transaction.atomic():
        return services.register_intermediary(by=finance, **facts | changes)


def agreed(finance, acting, payee, **changes):
    facts = {"rate": Decimal("0.05"), "valid_from": SINCE, "valid_to": UNTIL, "contract": "X-1"}
    with acting(finance), transaction.atomic():
        return services.agree(intermediary=payee, by=finance, **facts | changes)


@pytest.fixture
def payee(finance, acting):
    return registered(finance, acting)


@pytest.fixture
def agreement(payee, finance, acting):
    return agreed(finance, acting, payee)


def introduced(policy, agreement, finance, acting):
    with acting(finance), transaction.atomic():
        return services.introduce(policy=policy, agreement=agreement, by=finance)


def test_without_licence_or_above_the_ceiling_nothing_is_agreed(payee, finance, acting, owner):
    with pytest.raises(CommissionRefused, match="不是保险中介机构"):
        registered(finance, acting, licence=" ")
    for changes, sentence in (
        ({"rate": Decimal("0.0501")}, "不超过5%"),
        ({"valid_to": date(2027, 1, 2)}, "许可证有效期"),
    ):
        with pytest.raises(CommissionRefused, match=sentence):
            agreed(finance, acting, payee, **changes)
    with pytest.raises(CommissionRefused, match="财务办理"):
        agreed(owner, acting, payee)


@pytest.mark.parametrize("how", ["insured", "kin"])
def test_nothing_goes_back_to_the_insured_or_its_kin(issued, finance, acting, how):
    code = issued.insured_uscc
    changes = {"uscc": code} if how == "insured" else {"affiliates": [code]}
    agreement = agreed(finance, acting, registered(finance, acting, **changes))
    with pytest.raises(CommissionRefused, match="返还保费"):
        introduced(issued, agreement, finance, acting)
    assert not Entry.objects.filter(kind=EntryKind.COMMISSION_ACCRUED).exists()


def test_it_is_accrued_on_what_is_received_and_paid_once(issued, agreement, finance, acting):
    introduced(issued, agreement, finance, acting)
    paid(issued, finance, acting, amount=Decimal("1000.19"))
    assert balance(AccountKind.COMMISSION_COST, policy=issued) == Decimal("50.00")
    with acting(finance), transaction.atomic():
        facts = {"agreement": agreement, "paid_on": TODAY, "today": TODAY, "by": finance}
        with pytest.raises(CommissionRefused, match=r"应付手续费现为50\.00元"):
            services.pay(amount=Decimal("50.01"), voucher="P-1", **facts)
        services.pay(amount=Decimal("50.00"), voucher="P-1", **facts)
        with pytest.raises(CommissionRefused, match=r"应付手续费现为0\.00元"):
            services.pay(amount=Decimal("50.00"), voucher="P-2", **facts)
    assert CommissionPayment.objects.get().amount == Decimal("50.00")
    assert balance(AccountKind.COMMISSION_PAYABLE, policy=issued) == 0
    seal_all()
    assert failures() == []


def test_premium_that_goes_back_takes_its_commission_along(issued, agreement, finance, acting):
    introduced(issued, agreement, finance, acting)
    receipt = paid(issued, finance, acting, amount=Decimal("1000.00"))
    with acting(finance), transaction.atomic():
        reverse(receipt.entry, day=TODAY, by=finance, note="退票")
        accrue(issued, TODAY, finance)
        assert accrue(issued, TODAY, finance) is None
    assert balance(AccountKind.COMMISSION_COST, policy=issued) == 0
    assert owed_by_policy(agreement) == {}


def test_an_expired_licence_is_not_paid(issued, agreement, finance, acting):
    introduced(issued, agreement, finance, acting)
    paid(issued, finance, acting, amount=Decimal("1000.00"))
    day = date(2027, 1, 1)
    facts = {"agreement": agreement, "paid_on": day, "today": day, "by": finance}
    with acting(finance), pytest.raises(CommissionRefused, match="许可证"), transaction.atomic():
        services.pay(amount=Decimal("50.00"), voucher="P-1", **facts)


def test_it_stays_in_the_insurers_own_books(issued, agreement, finance, acting, owner, insurers):
    introduced(issued, agreement, finance, acting)
    paid(issued, finance, acting, amount=Decimal("1000.00"))
    partner = person(Kind.INSURER, "insurer_finance")
    accounts = [AccountKind.COMMISSION_COST, AccountKind.COMMISSION_PAYABLE]
    for by, seen in ((finance, 2), (owner, 0), (partner, 0)):
        with acting(by):
            assert Posting.objects.filter(account__in=accounts).count() == seen
    refused = pytest.raises(Exception, match="permission denied")
    with acting(finance), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("update billing_commissionagreement set rate = 0.01")


def test_finance_does_it_on_the_pages(client, issued, finance, acting, payee):
    client.force_login(finance)
    facts = {
        "intermediary": payee.public_id,
        "rate": "6",
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
        "contract": "X-9",
    }
    assert client.post("/commission/agreements/new/", facts).status_code == 422
    assert client.post("/commission/agreements/new/", facts | {"rate": "4.5"}).status_code == 302
    url = client.get("/commission/").context["rows"][0].agreement.get_absolute_url()
    assert client.post(f"{url}policies/new/", {"number": issued.number}).status_code == 302
    paid(issued, finance, acting, amount=Decimal("1000.00"))
    bill = {"amount": "45.00", "voucher": "P-1", "paid_on": "2026-03-02"}
    assert client.post(f"{url}payments/new/", bill).status_code == 302
    assert "P-1" in client.get(url).content.decode()
    (row,) = client.get("/api/v1/commission-agreements/").json()["results"]
    assert (row["accrued"], row["owed"]) == ("45.00", "0.00")
