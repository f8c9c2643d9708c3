"""Who sees an application on which page, how the list is narrowed, and the queries of a page."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.enrollment.models import Application
from tests.enrollment.browsing import completed, page, send, text_of
from tests.enrollment.conftest import NOW
from tests.factories import SiteFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


class TestWhoSeesIt:
    STRANGERS = (Kind.ENTERPRISE, Kind.INSURER)

    def test_a_draft_is_not_the_insurers_business(self, as_, draft, underwriter):
        assert as_(underwriter).get(draft.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("kind", STRANGERS)
    def test_strangers_find_nothing(self, as_, submitted, kind):
        role = {Kind.ENTERPRISE: "enterprise_owner", Kind.INSURER: "underwriter"}[kind]
        stranger = as_(person(kind, role))
        assert stranger.get(submitted.get_absolute_url()).status_code == 404
        assert submitted.number not in text_of(stranger.get("/applications/?state=all"))
        steps = ("terms", "check", "withdraw", "submitted")
        if kind == Kind.INSURER:
            steps = ("issue", "refuse")
        for step in steps:
            assert stranger.get(page(step, submitted)).status_code == 404
            if step != "submitted":
                assert send(stranger, page(step, submitted)).status_code == 404

    def test_another_enterprises_site_cannot_be_begun(self, as_, site, pool):
        url = reverse("enrollment:start", args=[site.public_id])
        stranger = as_(person(Kind.ENTERPRISE, "enterprise_owner"))
        assert stranger.get(url).status_code == 404
        assert send(stranger, url).status_code == 404

    def test_those_who_watch_read_and_do_not_act(self, as_, submitted):
        for kind in (Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU, Kind.BROKER):
            watcher = as_(person(kind))
            shown = watcher.get(submitted.get_absolute_url())
            assert submitted.number in text_of(shown)
            assert not any(shown.context["acts"].values())
            assert watcher.get(page("issue", submitted)).status_code == 403
            assert submitted.number in text_of(watcher.get("/search/", {"q": submitted.number}))

    def test_the_safety_officer_reads_a_draft_without_filling_it_in(self, as_, draft, owner):
        officer = UserFactory(organisation=owner.organisation, role="enterprise_safety_officer")
        assert "tasks" not in as_(officer).get(draft.get_absolute_url()).context
        assert as_(officer).get(page("terms", draft)).status_code == 403


class TestTheList:
    def test_open_work_comes_first_and_the_rest_is_a_view_away(self, as_, submitted, owner):
        assert submitted.number in text_of(as_(owner).get("/applications/"))
        assert submitted.number not in text_of(as_(owner).get("/applications/?state=issued"))
        assert submitted.number in text_of(as_(owner).get("/applications/?state=all"))

    def test_it_is_narrowed_by_name_number_district_and_insurer(self, as_, submitted, seller):
        watcher = as_(person(Kind.CITY_BUREAU))
        code = submitted.district.code
        name = submitted.facts["enterprise"]
        for terms in (
            {"q": name[2:6]},
            {"q": submitted.number.lower()},
            {"district": code},
            {"insurer": seller.public_id},
        ):
            assert submitted.number in text_of(watcher.get("/applications/", terms)), terms
        for terms in ({"q": "没有这家"}, {"district": "440608"}, {"district": "x"}):
            shown = watcher.get("/applications/", terms)
            assert shown.status_code == 200
            assert (submitted.number in text_of(shown)) == (terms.get("district") == "x")

    def test_an_insurer_finds_by_the_name_that_was_submitted(self, as_, submitted, underwriter):
        desk = as_(underwriter)
        name = submitted.facts["enterprise"]
        assert submitted.number in text_of(desk.get("/applications/", {"q": name[2:6]}))

    def test_an_empty_list_says_why(self, as_):
        for kind, words in (
            (Kind.ENTERPRISE, "约 10 分钟办好"),
            (Kind.INSURER, "企业选定本机构并提交后"),
            (Kind.BROKER, "企业开始投保后"),
        ):
            role = "enterprise_owner" if kind == Kind.ENTERPRISE else None
            shown = as_(person(kind, role) if role else person(kind)).get("/applications/")
            assert words in text_of(shown)


class TestFewQuestions:
    MOST = 25

    def count(self, client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len([one for one in captured if "set_config" not in one["sql"]])

    def test_of_the_owner(self, as_, draft, owner, seller):
        browser = as_(owner)
        completed(browser, draft, seller)
        for step in ("application", "terms", "limits", "insurer", "promise", "check"):
            assert self.count(browser, page(step, draft)) <= self.MOST, step
        start = reverse("enrollment:start", args=[draft.site.public_id])
        assert browser.get(start).status_code == 302

    @pytest.mark.parametrize("tab", ["summary", "related", "process", "history"])
    def test_of_the_underwriter(self, as_, submitted, underwriter, tab):
        desk = as_(underwriter)
        assert self.count(desk, f"{submitted.get_absolute_url()}?tab={tab}") <= self.MOST
        for step in ("issue", "refuse"):
            assert self.count(desk, page(step, submitted)) <= self.MOST
        assert self.count(desk, "/applications/") <= self.MOST

    def test_of_a_list_of_many_as_of_a_list_of_one(self, as_, submitted, pool):
        watcher = as_(person(Kind.CITY_BUREAU))
        few = self.count(watcher, "/applications/")
        for _ in range(12):
            site = SiteFactory(headcount=5)
            Application.objects.create(
                enterprise=site.enterprise,
                site=site,
                district=site.district,
                town=site.town,
                sector=site.sector,
                pool=pool,
            )
        assert self.count(watcher, "/applications/") <= few
