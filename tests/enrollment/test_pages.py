"""The way to a policy over HTTP, step by step, and what is refused on it."""

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.services import Terms, refuse, save_terms, withdraw
from apps.policies.models import Policy
from tests.enrollment.browsing import ANSWERS, completed, page, priced, send, text_of
from tests.enrollment.conftest import NOW, START, TODAY
from tests.factories import HeadcountFactory, SiteFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


class TestTheJourney:
    def test_from_the_desk_to_a_policy(self, as_, site, pool, owner, seller, underwriter):
        browser = as_(owner)
        start = reverse("enrollment:start", args=[site.public_id])
        assert start in text_of(browser.get("/home/"))

        answer = send(browser, start)
        row = Application.objects.get()
        assert answer.url == page("terms", row)
        answer = send(browser, page("terms", row), **ANSWERS)
        assert answer.url == page("limits", row)
        completed(browser, row, seller)
        assert "提交投保申请" in text_of(browser.get(page("check", row)))
        answer = send(browser, page("check", row))
        assert answer.url == page("submitted", row)
        row.refresh_from_db()
        kept = text_of(browser.get(answer.url))
        assert row.number in kept
        assert seller.name in kept

        desk = as_(underwriter)
        home = desk.get("/home/")
        assert "1 份投保申请待核保" in text_of(home)
        (entry,) = [one for one in home.context["nav"] if one.url == "/applications/"]
        assert entry.count == 1
        assert row.number in text_of(desk.get("/applications/"))
        told = text_of(desk.get(row.get_absolute_url()))
        assert site.name in told
        assert "企业申报" in told
        confirm = text_of(desk.get(page("issue", row)))
        assert "50.00 %" in confirm
        assert "33.33 %" in confirm
        assert 'name="premium"' not in confirm
        answer = send(desk, page("issue", row))
        policy = Policy.objects.get()
        assert answer.url == policy.get_absolute_url()
        assert policy.wanted_from == START

    def test_the_list_of_tasks_says_what_is_done_next_and_not_yet(self, as_, draft, owner):
        browser = as_(owner)
        states = [step.state for step in browser.get(draft.get_absolute_url()).context["steps"]]
        assert states == ["todo", "locked", "todo", "todo", "locked"]
        priced(browser, draft)
        shown = browser.get(draft.get_absolute_url())
        assert [step.state for step in shown.context["steps"]][:3] == ["done", "done", "todo"]
        assert shown.context["next"].title == "选承保机构"
        assert "已自动保存 10:00" in text_of(shown)

    def test_whoever_comes_from_the_check_page_returns_to_it(self, as_, draft, owner, seller):
        browser = as_(owner)
        completed(browser, draft, seller)
        answer = send(browser, f"{page('insurer', draft)}?check", insurer=seller.public_id)
        assert answer.url == page("check", draft)
        same = send(browser, f"{page('terms', draft)}?check", **ANSWERS)
        assert same.url == page("check", draft)
        other = send(browser, f"{page('terms', draft)}?check", **ANSWERS | {"is_listed": "yes"})
        assert other.url == f"{page('limits', draft)}?check"

    def test_the_check_page_waits_for_the_other_steps(self, as_, draft, owner):
        answer = as_(owner).get(page("check", draft))
        assert answer.url == draft.get_absolute_url()

    def test_a_submitted_application_is_no_form_any_more(self, as_, submitted, owner):
        for step in ("terms", "limits", "insurer", "promise", "check"):
            assert as_(owner).get(page(step, submitted)).url == submitted.get_absolute_url()

    def test_an_act_sent_twice_submits_once(self, as_, draft, owner, seller):
        browser = as_(owner)
        completed(browser, draft, seller)
        answers = [browser.post(page("check", draft), {"act": "same"}) for _ in range(2)]
        assert [answer["Location"] for answer in answers] == [page("submitted", draft)] * 2


class TestSavingByItself:
    def test_a_draft_survives_logout(self, as_, draft, owner):
        as_(owner).post(page("autosave", draft), {"wanted_from": "2026-03-09"})
        as_(owner).logout()
        shown = as_(owner).get(page("terms", draft))
        assert 'value="2026-03-09"' in text_of(shown)

    def test_what_makes_sense_is_kept_and_what_does_not_is_named(self, as_, draft, owner):
        answer = as_(owner).post(
            page("autosave", draft), {"wanted_from": "2026-02-01", "is_listed": "no"}
        )
        draft.refresh_from_db()
        assert (draft.wanted_from, draft.is_listed) == (None, False)
        assert "期望起保日" in text_of(answer)

    def test_a_day_that_has_gone_by_does_not_stop_the_other_answers(self, as_, draft, owner):
        as_(owner).post(page("autosave", draft), ANSWERS)
        with time_machine.travel("2026-04-01T09:00:00+08:00", tick=False):
            answer = as_(owner).post(page("autosave", draft), ANSWERS | {"is_listed": "yes"})
        assert answer.status_code == 200
        draft.refresh_from_db()
        assert (draft.wanted_from, draft.is_listed) == (None, True)

    def test_what_was_submitted_in_another_window_is_left_alone(self, as_, submitted, owner):
        answer = as_(owner).post(page("autosave", submitted), ANSWERS | {"is_listed": "yes"})
        assert answer.status_code in {302, 409}
        submitted.refresh_from_db()
        assert submitted.is_listed is False

    def test_a_fresh_draft_is_told_what_was_said_last_time(self, as_, draft, owner, acting):
        with acting(owner):
            said = Terms(had_accident=False, is_listed=True)
            save_terms(application=draft, terms=said, today=TODAY, by=owner)
            withdraw(application=draft, reason="重来", now=NOW, by=owner)
        browser = as_(owner)
        send(browser, reverse("enrollment:start", args=[draft.site.public_id]))
        fresh = Application.objects.get(state=ApplicationState.DRAFT)
        initial = browser.get(page("terms", fresh)).context["form"].initial
        assert (initial["had_accident"], initial["is_listed"]) == ("no", "yes")
        assert initial["wanted_from"].isoformat() == "2026-03-03"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"wanted_from": "2026-03-02"}, "wanted_from"),
            ({"wanted_from": "2026-02-30"}, "wanted_from"),
            ({"wanted_from": "2026-07-01"}, "wanted_from"),
            ({"wanted_from": ""}, "wanted_from"),
            ({"had_accident": "yes"}, "last_accident_on"),
            ({"had_accident": "yes", "last_accident_on": "2026-03-05"}, "last_accident_on"),
            ({"is_listed": ""}, "is_listed"),
            ({"had_accident": "vielleicht"}, "had_accident"),
        ],
    )
    def test_terms_are_refused_at_their_field(self, as_, draft, owner, changed, field):
        answer = send(as_(owner), page("terms", draft), **ANSWERS | changed)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]

    def test_a_price_that_cannot_be_had_is_said_on_the_page_of_the_terms(
        self, as_, draft, site, owner
    ):
        site.headcounts.all().delete()
        answer = send(as_(owner), page("terms", draft), **ANSWERS)
        assert answer.status_code == 422
        assert "不能计算保费" in text_of(answer)

    def test_limits_below_the_minimum_are_shown_with_the_rule_and_cannot_be_chosen(
        self, as_, draft, owner
    ):
        browser = as_(owner)
        send(browser, page("terms", draft), **ANSWERS)
        context = browser.get(page("limits", draft)).context
        shown, unlawful = context["options"], context["unlawful"]
        assert [option["title"] for option in unlawful][:2] == ["40.00 万元", "50.00 万元"]
        assert all("低于每人责任限额下限" in option["refusal"] for option in unlawful)
        assert not any(option["checked"] for option in shown)
        answer = send(browser, page("limits", draft), quote="quo_of_somebody_else")
        assert answer.status_code == 422
        assert send(browser, page("limits", draft)).status_code == 422

    def test_an_offer_overtaken_by_the_register_is_made_anew(self, as_, draft, site, owner):
        browser = as_(owner)
        priced(browser, draft)
        site.headcounts.all().delete()
        HeadcountFactory(site=site, production=60, source="企业申报")
        step = browser.get(draft.get_absolute_url()).context["steps"][1]
        assert step.state == "again"
        assert "请重新报价" in text_of(browser.get(page("limits", draft)))
        assert send(browser, page("offer", draft)).url == page("limits", draft)
        options = browser.get(page("limits", draft)).context["options"]
        assert any("保 60 人" in option["lines"] for option in options)

    def test_no_insurer_is_chosen_beforehand_and_strangers_cannot_be(self, as_, draft, owner):
        browser = as_(owner)
        shown = browser.get(page("insurer", draft))
        assert not any(option["checked"] for option in shown.context["options"])
        assert send(browser, page("insurer", draft)).status_code == 422
        stranger = person(Kind.INSURER).organisation
        answer = send(browser, page("insurer", draft), insurer=stranger.public_id)
        assert answer.status_code == 422

    def test_without_the_promise_nothing_goes_on(self, as_, draft, owner):
        answer = send(as_(owner), page("promise", draft))
        assert answer.status_code == 422
        assert "须作出承诺" in text_of(answer)
        assert "不得以任何形式摊派给从业人员" in text_of(answer)

    def test_a_city_without_a_product_says_so_instead_of_failing(self, as_, draft, owner):
        with time_machine.travel("2016-03-02T10:00:00+08:00", tick=False):
            browser = as_(owner)
            assert browser.get(page("terms", draft)).status_code == 200
            answer = send(browser, page("terms", draft), **ANSWERS | {"wanted_from": "2016-03-09"})
        assert answer.status_code == 422

    def test_a_site_without_people_cannot_begin(self, as_, owner, site, pool):
        empty = SiteFactory(enterprise=site.enterprise, headcount=0)
        url = reverse("enrollment:start", args=[empty.public_id])
        assert "请先填写该场所的从业人数" in text_of(as_(owner).get(url))
        assert send(as_(owner), url).status_code == 422

    def test_withdrawing_needs_a_reason(self, as_, submitted, owner):
        browser = as_(owner)
        assert send(browser, page("withdraw", submitted)).status_code == 422
        answer = send(browser, page("withdraw", submitted), reason="人数有变")
        assert answer.url == submitted.get_absolute_url()
        submitted.refresh_from_db()
        assert submitted.state == ApplicationState.WITHDRAWN


class TestTheDecision:
    def test_a_refusal_needs_a_reason_of_the_product_and_the_facts(
        self, as_, submitted, underwriter
    ):
        desk = as_(underwriter)
        assert send(desk, page("refuse", submitted), reason="cheaper").status_code == 422
        code = submitted.quote.product_version.refusal_reasons.first().code
        assert send(desk, page("refuse", submitted), reason=code, note=" ").status_code == 422
        answer = send(desk, page("refuse", submitted), reason=code, note="现场无此工序")
        assert answer.url == submitted.get_absolute_url()

    def test_the_broker_and_the_owner_read_why(self, as_, submitted, underwriter, owner, acting):
        reason = submitted.quote.product_version.refusal_reasons.first()
        with acting(underwriter):
            refuse(
                application=submitted, reason=reason, note="现场无此工序", now=NOW, by=underwriter
            )
        again = reverse("enrollment:start", args=[submitted.site.public_id])
        for user, has_way in ((person(Kind.BROKER), False), (owner, True)):
            told = text_of(as_(user).get(submitted.get_absolute_url()))
            assert reason.text in told
            assert "现场无此工序" in told
            assert (again in told) is has_way
        assert "未被接受" in text_of(as_(owner).get("/home/"))
        assert "不予承保" in text_of(as_(person(Kind.BROKER)).get("/home/"))

    def test_the_second_clerk_is_told_that_it_is_done(self, as_, issued, underwriter):
        row = Application.objects.get()
        answer = send(as_(underwriter), page("issue", row))
        assert answer.status_code == 422
        assert Policy.objects.count() == 1

    def test_the_day_gone_by_stands_in_the_way(self, as_, submitted, underwriter):
        with time_machine.travel("2026-03-10T09:00:00+08:00", tick=False):
            shown = as_(underwriter).get(submitted.get_absolute_url())
            assert "不能倒签" in text_of(shown)
            assert page("issue", submitted) not in text_of(shown)
