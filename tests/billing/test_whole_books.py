"""The books as a whole: a trial balance that balances, months that close, a chain, an export."""

import csv
import re
import subprocess
from datetime import date
from decimal import Decimal
from shutil import which

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.chart import CHART
from apps.billing.export import Asked, as_beancount, as_csv
from apps.billing.models import AccountKind, ClosedMonth, Entry
from apps.billing.sealing import seal_all
from apps.billing.selectors.trial import trial_balance
from apps.core.models import AuditEvent
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person
from tests.money import paid

YEAR = Asked(date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def broker():
    return person(Kind.BROKER, "broker_admin")


@pytest.fixture
def sold(issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("100.00"))
    seal_all()
    return issued


def test_every_account_stands_in_the_chart_once():
    assert sorted(account.kind for account in CHART) == sorted(AccountKind)
    assert len({account.number for account in CHART}) == len(CHART)


def test_a_trial_balance_carries_forward_and_balances(sold, finance):
    day_after = date(2026, 3, 3)
    during = trial_balance(finance, TODAY, day_after, finance.organisation)
    after = trial_balance(finance, day_after, date(2026, 4, 1), finance.organisation)
    assert during.balances
    assert after.balances
    assert (during.opening, after.debit, after.credit) == (0, 0, 0)
    assert [line.opening for line in after.lines] == [line.closing for line in during.lines]
    owed = next(line for line in during.lines if line.account.kind == AccountKind.RECEIVABLE)
    assert (owed.debit, owed.closing) == (sold.premium, sold.premium - 100)


def test_who_sees_no_money_of_a_district_sees_none_of_its_balance(sold, broker):
    elsewhere = person(Kind.DISTRICT_BUREAU, town="大良街道")
    assert trial_balance(elsewhere, TODAY, date(2026, 4, 1), None).lines == []
    assert trial_balance(broker, TODAY, date(2026, 4, 1), None).balances


def test_pages_lead_from_a_balance_to_its_entries(client, sold, finance):
    client.force_login(finance)
    page = client.get("/ledger/trial-balance/?since=2026-03-01&until=2026-03-31").content.decode()
    (url,) = set(re.findall(r'href="(/ledger/\?account=cash[^"]*)"', page))
    entries = client.get(url.replace("&amp;", "&")).content.decode()
    assert entries.count("/ledger/jnl_") == 1
    assert client.get("/ledger/trial-balance/?since=2026-03-31&until=2026-03-01").status_code == 422
    assert "未使用" in client.get("/ledger/accounts/").content.decode()


def test_finance_closes_its_month_once_it_is_over(client, sold, finance):
    client.force_login(finance)
    assert "这个月还没有结束" in client.get("/ledger/months/").content.decode()
    given = {"insurer": finance.organisation.public_id, "month": "2026-03-01"}
    client.post("/ledger/months/close/", given)
    assert not ClosedMonth.objects.exists()
    with time_machine.travel("2026-04-02T01:00:00Z", tick=False):
        client.force_login(finance)
        assert "结 2026-03 的账" in client.get("/ledger/months/").content.decode()
        key = {"HTTP_IDEMPOTENCY_KEY": "close"}
        done = client.post("/api/v1/ledger/months/", given, "application/json", **key)
        assert done.status_code == 201
        (row,) = client.get("/api/v1/ledger/months/").json()
    assert (row["closed_to"], row["next"]) == ("2026-03-01", "2026-04-01")
    assert "还没有结束" in row["refusal"]


def test_others_see_closed_months_and_close_none(client, sold, finance):
    given = {"insurer": finance.organisation.public_id, "month": "2026-03-01"}
    with time_machine.travel("2026-05-02T01:00:00Z", tick=False):
        client.force_login(person(Kind.CITY_BUREAU, "city_officer"))
        page = client.post("/ledger/months/close/", given, follow=True).content.decode()
    assert "结账由承保机构财务办理" in page
    assert not ClosedMonth.objects.exists()


def test_the_chain_is_shown_and_recomputed(client, sold, finance):
    client.force_login(finance)
    (day,) = client.get("/api/v1/ledger/chain/?since=2026-03-01&until=2026-03-31").json()
    assert (day["entries"], day["broken"]) == (Entry.objects.count(), 0)
    page = client.get("/ledger/chain/?since=2026-03-01&until=2026-03-31").content.decode()
    assert day["link"] in page
    assert "完好" in page


def test_csv_adds_up_and_takes_no_formula(sold, finance, acting):
    text = "".join(as_csv(finance, YEAR))
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    by_entry = {}
    for row in rows:
        amount = Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
        by_entry[row["entry"]] = by_entry.get(row["entry"], 0) + amount
    assert len(by_entry) == Entry.objects.count()
    assert set(by_entry.values()) == {0}
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


ACCOUNT = r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9\u0080-\U0010ffff][\w-]*)+"
LINES = {
    "option": re.compile(r'option "[a-z_]+" "[^"]*"'),
    "open": re.compile(rf"\d{{4}}-\d\d-\d\d open ({ACCOUNT}) CNY"),
    "balance": re.compile(rf"\d{{4}}-\d\d-\d\d balance ({ACCOUNT})\s+(-?\d+\.\d\d) CNY"),
    "entry": re.compile(r'\d{4}-\d\d-\d\d \* "([^"\\]|\\.)*" "([^"\\]|\\.)*"'),
    "fact": re.compile(r'  [a-z][\w-]*: "([^"\\]|\\.)*"'),
    "posting": re.compile(rf"  ({ACCOUNT})\s+(-?\d+\.\d\d) CNY"),
}


def loaded(text):
    """Read strictly, as the tool does: unknown lines, unopened accounts and wrong sums fail."""
    opened, sums, balances, entries = set(), {}, {}, []
    for line in filter(str.strip, text.splitlines()):
        name, match = next((n, m) for n, p in LINES.items() if (m := p.fullmatch(line)))
        if name == "open":
            opened.add(match[1])
        elif name == "entry":
            entries.append(Decimal(0))
        elif name == "posting":
            assert match[1] in opened
            entries[-1] += Decimal(match[2])
            sums[match[1]] = sums.get(match[1], Decimal(0)) + Decimal(match[2])
        elif name == "balance":
            balances[match[1]] = Decimal(match[2])
    assert not any(entries)
    assert balances == sums
    return len(entries), sums


@pytest.mark.parametrize("reader", ["finance", "owner", "broker"])
def test_plain_text_accounts_load_and_balance(reader, sold, finance, owner, tmp_path):
    user = {"finance": finance, "owner": owner}.get(reader) or person(Kind.BROKER, "broker_admin")
    text = "".join(as_beancount(user, YEAR))
    number, sums = loaded(text)
    assert number == Entry.objects.visible_to(user).count()
    owed = sum(amount for name, amount in sums.items() if name.startswith("Assets:Receivable"))
    assert owed == sold.premium - 100
    if checker := which("bean-check"):
        (file := tmp_path / "books.beancount").write_text(text)
        subprocess.run([checker, file], check=True)


def test_an_export_is_asked_for_written_down_and_scoped(client, sold, finance):
    client.force_login(finance)
    assert client.get("/ledger/export/").status_code == 200
    given = {"since": "2026-01-01", "until": "2026-12-31", "form": "csv"}
    answer = client.post("/ledger/export/file/", given)
    assert b"".join(answer.streaming_content).count(b"jnl_") > 4
    assert AuditEvent.objects.filter(action="books.exported").count() == 1
    other = UserFactory(organisation__kind=Kind.INSURER, role="insurer_finance")
    client.force_login(other)
    answer = client.get("/api/v1/ledger/export/", given)
    assert b"jnl_" not in b"".join(answer.streaming_content)
    assert client.post("/ledger/export/file/", {**given, "form": "exe"}).status_code == 422
    assert failures() == []


def test_the_fund_is_told_by_district_and_insurer_and_leads_to_rows(client, sold, finance, broker):
    client.force_login(broker)
    told = client.get("/api/v1/ledger/overview/").json()
    (district,), (insurer,) = told["by_district"], told["by_insurer"]
    assert (district["received"], district["due"]) == ("100.00", "15.00")
    assert insurer == district | {"name": sold.insurer.short_name, "key": sold.insurer.public_id}
    page = client.get("/ledger/overview/").content.decode()
    assert "各区事故预防资金：全部提足" in page
    assert f'/ledger/statement/?insurer={sold.insurer.public_id}"' in page
    assert "/receipts/?check=personal" in page
