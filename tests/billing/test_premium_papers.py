"""A premium is asked for by a numbered paper, and each sum that comes has a receipt."""

from decimal import Decimal

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.core import context
from apps.documents.models import Paper
from apps.documents.outputs import printed
from tests.conftest import ARRANGER
from tests.enrollment.conftest import NOW, START, TODAY
from tests.factories import person
from tests.money import paid


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def papers(kind):
    with context.entering(ARRANGER):
        return list(Paper.objects.filter(kind=kind).order_by("pk"))


def test_the_notice_is_numbered_printed_and_given_to_both_sides(client, issued, finance, owner):
    (notice,) = papers("premium_notice")
    assert notice.number == f"JF-{issued.number}"
    assert notice.data["amount"] == str(issued.premium)
    assert notice.data["due"] == "2026-03-08"
    assert START.isoformat() == notice.data["wanted_from"]
    assert printed(notice).startswith(b"%PDF")
    for reader in (owner, finance):
        client.force_login(reader)
        text = client.get(f"{issued.get_absolute_url()}?tab=files").content.decode()
        assert notice.get_absolute_url() in text
    stranger = person(Kind.ENTERPRISE, "enterprise_owner")
    client.force_login(stranger)
    assert client.get(notice.get_absolute_url()).status_code == 404


def test_each_sum_has_its_receipt_and_a_person_s_name_stays_hidden(client, issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("100.00"), payer_name="王小明")
    receipt = paid(issued, finance, acting, amount=issued.premium, voucher="HD-2")
    first, second = papers("premium_receipt")
    assert (first.number, second.number) == (f"SJ-{issued.number}-1", f"SJ-{issued.number}-2")
    assert first.data["payer"] == "王**"
    assert first.data["owed"] == str(issued.premium - 100)
    assert (second.data["owed"], second.data["overpaid"]) == ("0.00", "100.00")
    assert second.data["received_on"] == TODAY.isoformat()
    assert printed(second).startswith(b"%PDF")
    client.force_login(finance)
    text = client.get(receipt.get_absolute_url()).content.decode()
    assert second.get_absolute_url() in text
    assert first.get_absolute_url() not in text
