"""Recording a premium in two looks, and reading what it became."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.billing.models import Entry, Receipt
from apps.core.models import Effect
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person
from tests.money import paid

GIVEN = {"voucher": "hd 001", "payer_name": "王小明", "received_on": TODAY.isoformat()}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def new_url(policy):
    return f"/policies/{policy.public_id}/receipts/new/"


def act_on(response):
    return re.search(r'name="act" value="([^"]+)"', response.content.decode())[1]


def recorded(client, policy, **changes):
    """Type, look, confirm; the answer to the last step."""
    given = {**GIVEN, "amount": str(policy.premium), **changes}
    assert client.post(new_url(policy), given).status_code == 302
    look = client.get(f"{new_url(policy)}check/")
    return look, client.post(f"{new_url(policy)}check/", {"act": act_on(look)})


def test_a_receipt_is_looked_at_before_it_counts(client, issued, finance):
    client.force_login(finance)
    form = client.get(new_url(issued)).content.decode()
    assert f'value="{issued.premium}"' in form
    look, done = recorded(client, issued, payer_name=issued.insured_name)
    assert "付款户名与企业一致" in look.content.decode()
    receipt = Receipt.objects.get()
    assert done.url == f"/receipts/{receipt.public_id}/recorded/"
    assert receipt.voucher == "HD001"
    text = client.get(done.url).content.decode()
    assert "保险费已全部到账" in text
    assert "自 2026-03-09 零时起至 2027-03-08 二十四时止" in text


def test_full_width_signs_and_separators_are_mended(client, issued, finance):
    client.force_login(finance)
    amount = f"{issued.premium:,}".replace(",", "，") + " 元"
    _look, _done = recorded(client, issued, voucher="ＨＤ－００１ ２", amount=amount)
    receipt = Receipt.objects.get()
    assert (receipt.voucher, receipt.amount) == ("HD-0012", issued.premium)


def test_a_part_says_what_is_left(client, issued, finance):
    client.force_login(finance)
    _look, done = recorded(client, issued, amount="100")
    owed = issued.premium - 100
    assert f"尚欠保险费 {owed:,} 元" in client.get(done.url).content.decode()
    assert f'value="{owed}"' in client.get(new_url(issued)).content.decode()


def test_a_second_click_records_nothing_more(client, issued, finance):
    client.force_login(finance)
    client.post(new_url(issued), {**GIVEN, "amount": "100"})
    act = act_on(client.get(f"{new_url(issued)}check/"))
    answers = [client.post(f"{new_url(issued)}check/", {"act": act}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Receipt.objects.count() == 1


def test_the_same_voucher_is_told_and_the_rest_is_kept(client, issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("50.00"), voucher="HD001")
    client.force_login(finance)
    _look, again = recorded(client, issued, amount="60")
    assert again.status_code == 422
    assert "回单号 HD001 已登记过" in again.content.decode()
    assert 'value="60"' in client.get(new_url(issued)).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "0"}, "到账金额应大于零"),
        ({"amount": "一百"}, "请填数字"),
        ({"amount": "1.234"}, "小数"),
        ({"amount": "99999999"}, "金额超过尚欠保费"),
        ({"received_on": "2026-03-03"}, "到账日期不能晚于今天"),
        ({"received_on": "2026-02-30"}, "没有这一天"),
        ({"received_on": "2026-03-01"}, "早于出单日期"),
        ({"voucher": " "}, "请填写银行回单号"),
        ({"payer_name": ""}, "请照回单填写付款户名"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, issued, finance, changes, sentence):
    client.force_login(finance)
    given = {**GIVEN, "amount": str(issued.premium), **changes}
    response = client.post(new_url(issued), given)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Receipt.objects.exists()


def test_a_person_who_pays_is_told_of_at_once(client, issued, finance):
    broker, bureau = person(Kind.BROKER), person(Kind.DISTRICT_BUREAU)
    elsewhere = person(Kind.DISTRICT_BUREAU, town="大良街道")
    client.force_login(finance)
    look, done = recorded(client, issued)
    assert "不得以任何方式向从业人员摊派" in look.content.decode()
    assert "疑似个人付款" in client.get(done.url).content.decode()
    left = Effect.objects.filter(payload__title="疑似个人付保费，请核实")
    (told,) = (effect.payload for effect in left)
    assert {broker.pk, bureau.pk} <= set(told["receivers"])
    assert elsewhere.pk not in told["receivers"]
    assert "王小明" not in told["text"]


def test_a_person_s_name_is_masked_for_those_who_only_watch(client, issued, finance, acting):
    receipt = paid(issued, finance, acting, payer_name="王小明")
    for reader, name in ((finance, "王小明"), (person(Kind.BROKER), "王**")):
        client.force_login(reader)
        money = f"{issued.get_absolute_url()}?tab=money"
        for url in ("/receipts/", receipt.get_absolute_url(), money):
            text = client.get(url).content.decode()
            assert name in text
            assert (name == "王小明") == ("王小明" in text)


def test_only_the_seller_s_finance_records(client, issued, insurers, owner):
    partner = UserFactory(organisation=insurers[0], role="insurer_finance")
    client.force_login(partner)
    assert client.get(new_url(issued)).status_code == 404
    client.force_login(owner)
    assert client.get(new_url(issued)).status_code == 403


def test_suspected_persons_are_found_by_the_filter(client, issued, finance, acting):
    paid(issued, finance, acting, payer_name="王小明")
    client.force_login(person(Kind.CITY_BUREAU))
    assert "HD-1" in client.get("/receipts/?check=personal").content.decode()
    assert "HD-1" not in client.get("/receipts/?check=matches").content.decode()
    assert "HD-1" in client.get(f"/receipts/?q={issued.number}").content.decode()


def test_the_ledger_leads_to_the_paper(client, issued, finance, acting, insurers):
    receipt = paid(issued, finance, acting)
    client.force_login(person(Kind.CITY_BUREAU))
    text = client.get("/ledger/").content.decode()
    assert text.count("<li>应付承保机构份额") == len(insurers)
    assert issued.insured_name in text
    entry = client.get(receipt.entry.get_absolute_url()).content.decode()
    assert receipt.get_absolute_url() in entry
    only = client.get("/ledger/?kind=prevention_accrual").content.decode()
    assert "事故预防专项资金" in only
    assert "<li>应付承保机构份额" not in only


def test_the_statement_sets_what_was_set_aside_against_the_law(client, issued, finance, acting):
    paid(issued, finance, acting)
    client.force_login(person(Kind.CITY_BUREAU))
    text = client.get("/ledger/statement/").content.decode()
    assert f"{issued.premium:,}" in text
    assert "15.0%" in text
    assert "少提" not in text


def test_a_partner_s_statement_has_its_own_lines_alone(client, issued, finance, acting, insurers):
    paid(issued, finance, acting)
    client.force_login(UserFactory(organisation=insurers[0], role="insurer_finance"))
    assert Entry.objects.exists()
    assert "还没有记账" in client.get("/ledger/").content.decode()
    text = client.get("/ledger/statement/").content.decode()
    assert "应付承保机构份额" in text
    assert "承保机构收款" not in text


def test_lists_keep_their_budget(client, issued, finance, acting, django_assert_max_num_queries):
    paid(issued, finance, acting)
    client.force_login(person(Kind.CITY_BUREAU))
    for url in ("/receipts/", "/ledger/", "/ledger/statement/"):
        client.get(url)
        with django_assert_max_num_queries(25):
            client.get(url)


def test_late_money_is_told_with_the_gap(client, issued, finance):
    with time_machine.travel(date(2026, 3, 20)):
        client.force_login(finance)
        _look, done = recorded(client, issued, received_on="2026-03-19")
        assert "比约定起保日晚 11 天" in client.get(done.url).content.decode()
