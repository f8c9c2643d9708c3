"""What happens to a policy after issue: every change adds up, in its stack and in the books."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.billing import selectors as money
from apps.billing.books import failures
from apps.billing.models import Entry, EntryKind
from apps.billing.services import record_receipt
from apps.core.models import AuditEvent
from apps.documents.models import Paper
from apps.enrollment.services import (
    Terms,
    attest,
    choose_insurer,
    choose_quote,
    issue,
    offer_limits,
    save_terms,
    start_application,
    submit,
)
from apps.policies.changes.models import PolicyTransaction
from apps.policies.errors import ChangeRefused
from apps.policies.models import Policy
from apps.policies.rules import stack as rules
from apps.policies.rules.amending import Amendment
from apps.policies.selectors.stack import stack_of
from apps.policies.services import changing, refusal_to_issue
from tests.enrollment.conftest import START, TODAY
from tests.policies.stacked import at, cancelled, corrected, endorsed, paid, reinstated

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 6), date(2026, 6, 10)


@pytest.fixture
def covered(issued, finance, acting) -> Policy:
    return paid(issued, finance, acting, on=TODAY)


def broken() -> list[str]:
    """What the books hold against themselves; the nightly seal has not come yet."""
    return [found.name for found in failures() if "封存" not in found.name]


def charges(policy) -> list[Decimal]:
    return [row.charged for row in policy.transactions.order_by("number")]


def test_the_issue_is_the_first_transaction(covered):
    row = covered.transactions.get()
    assert (row.number, row.act, row.charged) == (1, "issue", covered.premium)
    assert row.terms_after["heads"] == covered.insured_count


def test_thirty_more_ten_fewer_and_a_higher_limit_add_up_to_the_fen(covered, underwriter, acting):
    with acting(underwriter):
        endorsed(covered, underwriter, on=APRIL, now=at(APRIL), heads_by=30)
        endorsed(covered, underwriter, on=MAY, now=at(MAY), heads_by=-10)
        endorsed(covered, underwriter, on=MAY, now=at(JUNE), limit="2000000")
    stack = stack_of(Policy.objects.get(pk=covered.pk))
    now = stack.last_moment
    parts = [(part.start, part.terms.heads, part.terms.limit) for part in stack.parts(now)]
    low, high = covered.limit_choice.per_person, Decimal("2000000.00")
    assert parts == [
        (START, 46, low),
        (APRIL, 76, low),
        (MAY, 66, high),
    ]
    by_hand = sum(p.annual * p.days for p in stack.parts(now)) / Decimal(365)
    assert sum(charges(covered)) == stack.premium(now) == by_hand.quantize(Decimal("0.01"))
    assert money.outstanding(covered) == sum(charges(covered)) - covered.premium
    assert broken() == []


def test_a_late_change_undoes_and_puts_again_what_came_after_it(covered, underwriter, acting):
    """Thirty more from June, told first; a higher limit from April, told in June."""
    with acting(underwriter):
        endorsed(covered, underwriter, on=MAY, now=at(APRIL), heads_by=30)
        asked = Amendment(limit=Decimal("2000000"))
        plan = changing.plan_endorsement(
            policy=covered, amendment=asked, effective_on=APRIL, now=at(JUNE)
        )
        endorsed(covered, underwriter, on=APRIL, now=at(JUNE), limit="2000000")
    rows = list(covered.transactions.order_by("number"))
    assert [(row.number, row.act, row.effective_on) for row in rows] == [
        (1, "issue", START),
        (2, "endorse", MAY),
        (3, "reverse", MAY),
        (4, "endorse", APRIL),
        (5, "endorse", MAY),
    ]
    assert rows[2].reverses == rows[1]
    assert rows[4].terms_after == rows[1].terms_after | {"limit": "2000000"}
    assert {row.bundle for row in rows[2:]} == {rows[3].public_id}
    assert sum(row.charged for row in rows[2:]) == plan.difference
    assert Paper.objects.filter(kind="endorsement_slip", number=f"{covered.number}-P004").exists()
    listed = Paper.objects.filter(kind="policy_certificate").latest("pk").data["endorsements"]
    assert {line["number"] for line in listed} == {f"{covered.number}-P004"}
    # One movement in the books for the whole act.
    last = Entry.objects.filter(policy=covered, kind=EntryKind.PREMIUM_DUE).latest("pk")
    assert last.lines.get(account="receivable").amount == plan.difference
    other = stack_of(covered)
    from_scratch = rules.premium(other.changes, other.term, at(JUNE) + timedelta(days=900))
    assert sum(charges(covered)) == from_scratch
    assert broken() == []


def test_what_was_shown_is_what_is_confirmed(covered, underwriter, acting):
    asked = Amendment(heads_by=5)
    with acting(underwriter):
        plan = changing.plan_endorsement(
            policy=covered, amendment=asked, effective_on=APRIL, now=at(APRIL)
        )
        endorsed(covered, underwriter, on=APRIL, now=at(APRIL), heads_by=5)
        with pytest.raises(ChangeRefused, match="重新核对"):
            changing.endorse(
                policy=covered,
                amendment=asked,
                effective_on=APRIL,
                reason="",
                shown=plan.mark,
                now=at(APRIL),
                by=underwriter,
            )


def test_to_cancel_gives_back_the_days_left_and_to_reinstate_is_neutral(
    covered, underwriter, acting
):
    with acting(underwriter):
        row = cancelled(covered, underwriter, on=MAY, now=at(APRIL))
        policy = Policy.objects.get(pk=covered.pk)
        days = (MAY - START).days
        kept = (covered.premium * days / 365).quantize(Decimal("0.01"))
        assert row.charged == kept - covered.premium
        assert policy.cancelled_from == MAY
        assert money.overpaid(policy) == covered.premium - kept
        assert broken() == []
        reinstated(policy, underwriter, now=at(APRIL, 11))
    policy = Policy.objects.get(pk=covered.pk)
    assert policy.cancelled_from is None
    assert sum(charges(policy)) == covered.premium
    assert (money.overpaid(policy), money.outstanding(policy)) == (0, 0)
    fund = (covered.premium * Decimal("0.15")).quantize(Decimal("0.01"))
    assert abs(money.set_aside(policy) - fund) <= Decimal("0.01")
    assert broken() == []


def test_one_that_was_never_paid_is_cancelled_whole_and_frees_the_site(issued, underwriter, acting):
    with acting(underwriter):
        row = cancelled(issued, underwriter, on=TODAY, now=at(TODAY))
    policy = Policy.objects.get(pk=issued.pk)
    assert row.charged == -issued.premium
    assert (policy.cancelled_from, money.outstanding(policy)) == (TODAY, 0)
    assert policy.state_on(TODAY) == "cancelled"
    assert broken() == []


def test_short_rates_keep_the_share_of_the_table(covered, underwriter, acting):
    version = covered.product_version
    version.short_rates = [1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 8500, 9000, 9500, 10000]
    policy = Policy.objects.select_related("limit_choice", "tariff_version").get(pk=covered.pk)
    policy.product_version = version
    plan = changing.plan_cancellation(policy=policy, effective_on=MAY, now=at(APRIL))
    share = covered.premium * Decimal("0.2")  # in the second month
    assert plan.total_after == share.quantize(Decimal("0.01"))


def test_a_correction_takes_one_act_out_and_leaves_the_rest(covered, underwriter, acting):
    with acting(underwriter):
        wrong = endorsed(covered, underwriter, on=APRIL, now=at(APRIL), heads_by=30)
        endorsed(covered, underwriter, on=MAY, now=at(MAY), heads_by=4)
        row = corrected(covered, wrong, underwriter, now=at(JUNE))
    stack = stack_of(Policy.objects.get(pk=covered.pk))
    heads = [part.terms.heads for part in stack.parts(stack.last_moment)]
    assert heads == [46, 50]
    assert row.is_cross_period
    assert sum(charges(covered)) == stack.premium(stack.last_moment)
    assert broken() == []


def test_the_papers_of_a_change_are_numbered_and_the_certificate_is_replaced(
    covered, underwriter, acting
):
    with acting(underwriter):
        row = endorsed(covered, underwriter, on=APRIL, now=at(APRIL), heads_by=30)
    slip = Paper.objects.get(kind="endorsement_slip")
    assert slip.number == f"{covered.number}-P002"
    assert slip.data["premium_after"] == str(covered.premium + row.charged)
    old, new = Paper.objects.filter(kind="policy_certificate").order_by("pk")
    assert new.supersedes == old
    assert (old.data["insured_count"], new.data["insured_count"]) == (46, 76)
    event = AuditEvent.objects.filter(action="policy.endorsed").get()
    assert event.changes["heads_by"] == 30


@pytest.mark.parametrize(
    ("asked", "on", "told"),
    [
        ({"heads_by": 0}, APRIL, "没有要改的内容"),
        ({"heads_by": -46}, APRIL, "至少要有1名"),
        ({"heads_by": 3}, date(2027, 3, 9), "应在保险期间内"),
        ({"heads_by": 3}, date(2026, 3, 8), "应在保险期间内"),
        ({"limit": Decimal("1234")}, APRIL, "没有这一档"),
        ({"until": date(2027, 4, 1)}, APRIL, "只有建筑施工"),
    ],
)
def test_an_endorsement_is_refused_with_the_reason(covered, asked, on, told):
    with pytest.raises(ChangeRefused, match=told):
        changing.plan_endorsement(
            policy=covered, amendment=Amendment(**asked), effective_on=on, now=at(APRIL)
        )


def test_less_cover_cannot_be_told_backwards(covered):
    with pytest.raises(ChangeRefused, match="过去的日子已经承保"):
        changing.plan_endorsement(
            policy=covered, amendment=Amendment(heads_by=-3), effective_on=APRIL, now=at(MAY)
        )


def test_nobody_but_the_seller_records_a_change(covered, owner, insurers, acting):
    with acting(owner), pytest.raises(ChangeRefused, match="由承保机构的出单员办理"):
        endorsed(covered, owner, on=APRIL, now=at(APRIL), heads_by=1)
    assert PolicyTransaction.objects.count() == 1


def test_the_cancelled_part_is_free_for_another_cover_and_only_it(
    covered, owner, underwriter, finance, acting
):
    with acting(underwriter):
        cancelled(covered, underwriter, on=MAY, now=at(APRIL))
    april = {"today": APRIL, "by": owner}
    with time_machine.travel(at(APRIL), tick=False), acting(owner):
        row = start_application(site=covered.site, by=owner)
        terms = Terms(MAY, had_accident=False, is_listed=False)
        save_terms(application=row, terms=terms, **april)
        quote = offer_limits(application=row, **april)[0]
        choose_quote(application=row, quote=quote, **april)
        seller = underwriter.organisation
        choose_insurer(application=row, insurer=seller, now=at(APRIL), **april)
        attest(application=row, now=at(APRIL), by=owner)
        submit(application=row, now=at(APRIL), **april)
    with time_machine.travel(at(APRIL), tick=False), acting(underwriter):
        second = issue(application=row, today=APRIL, now=at(APRIL), by=underwriter)
        assert refusal_to_issue(quote, insurer=seller, today=APRIL) == "该报价已出单。"
    second = paid(second, finance, acting, on=APRIL, voucher="HD2")
    assert (second.cover_from, covered.site_id) == (MAY, second.site_id)
    with acting(underwriter), pytest.raises(ChangeRefused, match="已有别的有效保单"):
        reinstated(covered, underwriter, now=at(APRIL, 11))
    with pytest.raises(IntegrityError, match="policy_no_double_cover"), transaction.atomic():
        Policy.objects.filter(pk=covered.pk).update(cancelled_from=JUNE)


def test_works_that_are_not_finished_are_extended_by_180_days_at_most(covered):
    policy = Policy.objects.select_related("limit_choice", "product_version").get(pk=covered.pk)
    policy.industry_name = "4710 住宅房屋建筑"
    asked = {"policy": policy, "effective_on": JUNE, "now": at(JUNE)}
    end = covered.cover_to
    plan = changing.plan_endorsement(amendment=Amendment(until=end + timedelta(days=60)), **asked)
    assert plan.difference == (covered.premium * 60 / 365).quantize(Decimal("0.01"))
    with pytest.raises(ChangeRefused, match="最多延长180天"):
        changing.plan_endorsement(amendment=Amendment(until=end + timedelta(days=181)), **asked)


def test_more_premium_that_arrives_moves_no_dates(covered, underwriter, finance, acting):
    with acting(underwriter):
        row = endorsed(covered, underwriter, on=APRIL, now=at(APRIL), heads_by=30)
    with acting(finance):
        record_receipt(
            policy=covered,
            voucher="HD2",
            payer_name=covered.insured_name,
            amount=row.charged,
            received_on=MAY,
            today=MAY,
            by=finance,
        )
    policy = Policy.objects.get(pk=covered.pk)
    assert (policy.cover_from, policy.cover_to) == (covered.cover_from, covered.cover_to)
    assert money.outstanding(policy) == 0
    whole = covered.premium + row.charged
    assert money.set_aside(policy) == (whole * Decimal("0.15")).quantize(
        Decimal("0.01"), ROUND_CEILING
    )
    assert broken() == []
