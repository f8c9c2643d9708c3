"""A bank's list becomes receipts: nothing twice, nothing lost, nothing half done."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile

from apps.accounts.models import OrganisationName
from apps.billing.bank.services import (
    match_again,
    pasted,
    put_aside,
    record_line,
    record_sure,
    take_in,
)
from apps.billing.bank.table import TEMPLATE, BankRefused
from apps.billing.closing import close_month
from apps.billing.models import BankFile, BankLine, LineState, Receipt
from apps.billing.selectors import outstanding, overpaid
from apps.core.sheets.writing import Column, write_xlsx
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory
from tests.money import paid

HEAD = "\t".join(TEMPLATE)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def row(policy, *, voucher="HD-1", payer=None, amount=None, day=TODAY, remark=""):
    payer = policy.insured_name if payer is None else payer
    return "\t".join([str(day), voucher, payer, str(amount or policy.premium), remark])


def taken(finance, acting, *rows):
    with acting(finance):
        file = pasted("\n".join((HEAD, *rows)))
        return take_in(file=file, today=TODAY, by=finance)


def codes(line):
    return [code for code, _fact in line.problems]


def test_a_payment_by_name_and_amount_is_sure_and_starts_the_cover(issued, finance, acting):
    batch = taken(finance, acting, row(issued))
    with acting(finance):
        (line,) = batch.bank_lines.all()
        assert line.is_sure
        assert line.proposals == [[issued.pk, 40, ["payer", "amount"]]]
        assert record_sure(batch=batch, today=TODAY, by=finance) == 1
        assert record_sure(batch=batch, today=TODAY, by=finance) == 0
        line.refresh_from_db()
        issued.refresh_from_db()
        assert (line.state, line.receipt.voucher) == (LineState.RECORDED, "HD-1")
        assert issued.cover_from


def test_an_old_name_and_a_number_in_the_remark_are_known(issued, finance, acting):
    OrganisationName.objects.create(
        organisation_id=issued.enterprise_id, name="佛山旧名厂", valid_from=date(2020, 1, 1)
    )
    spaced = issued.number.replace("-", " ").lower()
    batch = taken(
        finance,
        acting,
        row(issued, voucher="A", payer="佛山旧名厂"),
        row(issued, voucher="B", remark=f"付{spaced}保费"),
    )
    with acting(finance):
        first, second = batch.bank_lines.all()
        assert first.is_sure
        assert second.proposals[0][1:] == [100, ["number", "payer", "amount"]]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payer": "不相干的公司"}, "unknown"),
        ({"payer": "王小明", "remark": "{number}"}, "personal"),
        ({"payer": "佛山市南海区财政局", "remark": "{number}"}, "other_unit"),
        ({"amount": "1.00"}, "less"),
        ({"amount": "99999.00"}, "more"),
        ({"day": TODAY + timedelta(days=1)}, "future"),
        ({"day": TODAY - timedelta(days=30)}, "early"),
        ({"amount": "一百"}, "unreadable"),
        ({"day": "昨天"}, "unreadable"),
        ({"voucher": ""}, "unreadable"),
    ],
)
def test_what_is_doubtful_waits_for_a_person(issued, finance, acting, changes, code):
    given = {key: str(value).format(number=issued.number) for key, value in changes.items()}
    batch = taken(finance, acting, row(issued, **given))
    with acting(finance):
        (line,) = batch.bank_lines.all()
        assert code in codes(line)
        assert not line.is_sure
        assert record_sure(batch=batch, today=TODAY, by=finance) == 0
    assert not Receipt.objects.exists()


def test_a_closed_month_is_told_and_the_money_goes_into_the_next(issued, finance, acting):
    later = TODAY + timedelta(days=40)
    with time_machine.travel(later), acting(finance):
        close_month(insurer=finance.organisation, month=TODAY, today=later, by=finance)
        batch = take_in(file=pasted(f"{HEAD}\n{row(issued)}"), today=later, by=finance)
        (line,) = batch.bank_lines.all()
        assert codes(line) == ["closed"]
        record_line(line=line, policy=issued, today=later, by=finance)
        assert Receipt.objects.get().entry.day == date(2026, 4, 1)


def test_the_same_voucher_is_one_receipt_within_and_across_lists(issued, finance, acting):
    batch = taken(finance, acting, row(issued), row(issued))
    other = taken(finance, acting, row(issued), row(issued, voucher="X", payer="某公司"))
    with acting(finance):
        first, second = batch.bank_lines.all()
        assert (first.is_sure, codes(second)) == (True, ["repeated"])
        third = other.bank_lines.first()
        assert codes(third) == ["elsewhere"]
        record_sure(batch=batch, today=TODAY, by=finance)
        third = record_line(line=third, policy=issued, today=TODAY, by=finance)
        assert (third.state, third.receipt) == (LineState.KNOWN, None)
        match_again(batch=batch, today=TODAY, by=finance)
        second.refresh_from_db()
        assert second.state == LineState.KNOWN
        assert Receipt.objects.count() == 1


def test_a_voucher_recorded_by_hand_is_known_and_another_amount_is_doubted(issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("50.00"))
    batch = taken(
        finance, acting, row(issued, amount="50.00"), row(issued, voucher="HD-2", amount="7")
    )
    other = taken(finance, acting, row(issued, amount="51.00"))
    with acting(finance):
        assert batch.bank_lines.first().state == LineState.KNOWN
        assert "known_otherwise" in codes(other.bank_lines.get())


def test_a_list_sent_twice_is_told_whatever_its_format(issued, finance, acting):
    batch = taken(finance, acting, row(issued))
    target = BytesIO()
    cells = row(issued).split("\t")
    write_xlsx(target, [Column(text) for text in TEMPLATE], [cells])
    with acting(finance), pytest.raises(BankRefused, match="内容相同"):
        take_in(file=ContentFile(target.getvalue(), name="流水.xlsx"), today=TODAY, by=finance)
    assert BankFile.objects.get() == batch


def test_money_going_out_is_left_out_and_counted(issued, finance, acting):
    head = "交易日期\t流水号\t对方户名\t贷方发生额\t借方发生额\t摘要\t用途"
    name = issued.insured_name
    rows = [
        f"20260302\tA\t{name}\t￥{issued.premium:,}\t\t转账\t{issued.number}",
        "20260302\tB\t某公司\t\t500.00\t付款\t",
    ]
    with acting(finance):
        file = pasted("\n".join(("账号 1234", head, *rows)))
        batch = take_in(file=file, today=TODAY, by=finance)
        assert (batch.total, batch.left_out) == (1, 1)
        assert batch.bank_lines.get().proposals[0][1] == 100


def test_debt_that_changed_since_stops_the_bulk_and_is_told(issued, finance, acting):
    batch = taken(finance, acting, row(issued, voucher="N"))
    paid(issued, finance, acting, amount=Decimal("50.00"))
    with acting(finance):
        assert record_sure(batch=batch, today=TODAY, by=finance) == 0
        line = batch.bank_lines.get()
        assert codes(line) == ["refused"]
        record_line(line=line, policy=issued, today=TODAY, by=finance)
        assert (outstanding(issued), overpaid(issued)) == (0, Decimal("50.00"))


def test_what_is_put_aside_keeps_its_reason_and_can_still_be_recorded(issued, finance, acting):
    batch = taken(finance, acting, row(issued, payer="某公司"))
    with acting(finance):
        line = batch.bank_lines.get()
        with pytest.raises(BankRefused, match="理由"):
            put_aside(line=line, reason=" ", by=finance)
        line = put_aside(line=line, reason="等企业说明", by=finance)
        assert line.state == LineState.SET_ASIDE
        line = record_line(line=line, policy=issued, today=TODAY, by=finance)
        with pytest.raises(BankRefused):
            record_line(line=line, policy=issued, today=TODAY, by=finance)


def test_another_insurer_sees_nothing_of_it(client, issued, finance, insurers, acting):
    batch = taken(finance, acting, row(issued))
    client.force_login(UserFactory(organisation=insurers[0], role="insurer_finance"))
    assert client.get(batch.get_absolute_url()).status_code == 404
    line = BankLine.objects.get()
    assert client.get(f"/bank/lines/{line.public_id}/").status_code == 404
    assert "粘贴的流水" not in client.get("/bank/").content.decode()


def test_finance_sends_a_list_records_what_is_sure_and_the_rest_by_hand(client, issued, finance):
    client.force_login(finance)

    def act(page):
        return re.search(r'name="act" value="([^"]+)"', page.content.decode())[1]

    assert client.get("/bank/template/").status_code == 200
    text = "\n".join((HEAD, row(issued), row(issued, voucher="B", payer="某公司", amount=9)))
    sent = client.post("/bank/new/", {"act": act(client.get("/bank/new/")), "pasted": text})
    page = client.get(sent.url)
    assert "登记这 1 笔" in page.content.decode()
    assert "认不出保单" in page.content.decode()
    client.post(f"{sent.url}decide/", {"act": act(page), "wish": "record"})
    line = BankLine.objects.get(voucher="B")
    url = f"/bank/lines/{line.public_id}/"
    look = client.get(url)
    wrong = client.post(url, {"act": act(look), "number": "AZ-NH-2026-999999"})
    assert "没有这张保单" in wrong.content.decode()
    client.post(url, {"act": act(wrong), "number": issued.number})
    line.refresh_from_db()
    assert line.state == LineState.RECORDED
    money = client.get(f"{issued.get_absolute_url()}?tab=money").content.decode()
    assert "多收待退" in money


def test_other_systems_send_a_list_and_decide_its_lines(client, issued, finance):
    client.force_login(finance)

    def post(path, key, **body):
        return client.post(
            f"/api/v1/{path}/", body, content_type="application/json",
            headers={"Idempotency-Key": key},
        )  # fmt: skip

    unknown = [row(issued, voucher=voucher, payer="某公司") for voucher in "BC"]
    sent = post("bank-files", "a", text="\n".join((HEAD, row(issued), *unknown)))
    assert (sent.status_code, sent.json()["total"]) == (201, 3)
    assert client.get("/api/v1/premium-debts/").json()[0]["age"] == "not_due"
    lines = f"bank-files/{sent.json()['id']}/lines"
    third, second, first = post(lines, "b").json()["results"]
    assert (first["state"], second["problems"]) == ("recorded", [["unknown", ""]])
    done = post(f"bank-lines/{second['id']}/decision", "c", reason="不是保费")
    assert done.json()["state"] == "set_aside"
    done = post(f"bank-lines/{third['id']}/decision", "d", policy=issued.public_id)
    assert done.json()["receipt"]
    assert client.get("/api/v1/bank-files/").status_code == 200
    assert client.get(f"/api/v1/{lines}/").json()["results"][0]["state"] == "recorded"
