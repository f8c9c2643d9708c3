"""A visitor registers an enterprise: short steps, nothing lost, one account, one enterprise."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.actors import REGISTRAR
from apps.accounts.founding import Founder, found_enterprise
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import context
from apps.core.idempotency import new_act
from apps.core.models import AuditEvent
from apps.documents.models import StoredFile
from apps.enterprises.errors import EnterpriseRefused, HeadcountRefused
from apps.enterprises.models import Enterprise, FatalAccident, Headcount
from apps.enterprises.obligation.rules import Death
from apps.enterprises.papers import AUTHORITY
from apps.enterprises.services.visitors import register_own_enterprise
from apps.reference.models import Town
from tests.codes import uscc
from tests.enterprises.conftest import TODAY, errors, new_site, url
from tests.enterprises.newcomers import CODE, paper, terms
from tests.factories import organisation

ENTERPRISE = {
    "uscc": CODE,
    "name": "佛山市南海新锋五金有限公司",
    "ownership": "private",
}
SITE = {
    "name": "主厂区",
    "town": "440605011",
    "address": "夏南路8号",
    "industry": "3311",
    "opened_on": "2020-05-01",
}
PEOPLE = {"production": "40", "quality": "2", "dispatched": "6"}
RISKS = {
    "tags": ["dust", "special_equipment"],
    "had_death": "yes",
    "accident_on": "2025-06-01",
    "died_on": "2025-06-11",
}
PASSWORD = "lianxi-2026-anquan"
ACCOUNT = {
    "name": "陈志强",
    "phone": "138 2733 0001",
    "email": "",
    "password": PASSWORD,
    "again": PASSWORD,
    "consent": "on",
}
STEPS = {"enterprise": ENTERPRISE, "site": SITE, "people": PEOPLE, "risks": RISKS}


def step(client, name, data):
    return client.post(url("join_step", name), data)


def account(**changes):
    return {**ACCOUNT, "file": paper(), **changes}


@pytest.fixture(autouse=True)
def _bureau(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()  # what earlier tests counted against this address
    organisation(Kind.DISTRICT_BUREAU, name="佛山市南海区应急管理局", hotline="0757-86230000")


@pytest.fixture
def visitor(client):
    """Reads with nobody's eyes, as visitors do."""
    with context.entering(None):
        yield client


@pytest.fixture
def filled(visitor):
    for name, data in STEPS.items():
        assert step(visitor, name, data).status_code == 302
    assert step(visitor, "account", account()).url == url("join_check")
    return visitor


def send(client, act=None):
    return client.post(url("join_check"), {"act": act or new_act()})


def made():
    with context.entering(context.Context(role="test_arranger", actor="test:arranger")):
        return Enterprise.objects.select_related("organisation").get(uscc=CODE)


class TestTheWay:
    def test_five_steps_a_look_and_the_person_is_signed_in(self, visitor):
        assert visitor.get(url("join")).url == url("join_step", "enterprise")
        ways = [step(visitor, name, data).url for name, data in STEPS.items()]
        step(visitor, "account", account())
        look = visitor.get(url("join_check"))
        sent = send(visitor)
        kept = visitor.get(sent.url)

        assert ways == [url("join_step", name) for name in ("site", "people", "risks", "account")]
        assert "应当投保" in look.content.decode()
        assert sent.url == url("joined")
        assert made().public_id in kept.content.decode()
        assert "特种设备使用" in kept.content.decode()
        assert visitor.get(reverse("accounts:home")).status_code == 200

    def test_everything_typed_is_in_the_register(self, filled, arranged):
        send(filled)
        with arranged():
            site = made().sites.get()
            owner = User.objects.get(organisation=made().pk)
            accident = FatalAccident.objects.get(site=site)
            stored = StoredFile.objects.get(enterprise=made().pk)
            assert Headcount.objects.get(site=site).dispatched == 6
            assert {fact.tag.code for fact in site.facts.all()} == {"dust", "special_equipment"}
        assert (site.town.code, site.industry.code, site.headcount) == ("440605011", "3311", 48)
        assert (owner.role, owner.phone, owner.email) == ("enterprise_owner", "13827330001", None)
        assert owner.check_password(PASSWORD)
        assert (accident.happened_on.isoformat(), accident.died_on.day) == ("2025-06-01", 11)
        assert (stored.purpose, stored.name) == (AUTHORITY, "执照.pdf")
        assert (made().contact_name, made().contact_phone) == ("陈志强", "13827330001")

    def test_each_act_is_on_record_by_the_person_who_became_known(self, filled, arranged):
        send(filled)
        with arranged():
            events = dict(AuditEvent.objects.values_list("action", "actor_name"))
        assert events.keys() >= {
            "person.joined",
            "enterprise.registered",
            "site.added",
            "accident.declared",
            "file.uploaded",
            "session.opened",
        }
        assert set(events.values()) == {"陈志强"}

    def test_the_answers_are_there_when_one_goes_back(self, filled):
        page = filled.get(url("join_step", "site")).content.decode()
        assert "夏南路8号" in page
        assert filled.get(url("join")).url == url("join_check")

    def test_a_later_step_cannot_be_opened_first(self, visitor):
        assert visitor.get(url("join_step", "risks")).url == url("join_step", "enterprise")

    def test_a_password_and_a_file_given_once_need_not_be_given_again(self, filled):
        page = filled.get(url("join_step", "account")).content.decode()
        changed = {**ACCOUNT, "password": "", "again": "", "name": "陈志明"}
        assert "已上传：执照.pdf" in page
        assert PASSWORD not in page
        assert step(filled, "account", changed).status_code == 302
        assert send(filled).url == url("joined")

    def test_no_password_lies_in_the_session(self, filled):
        assert PASSWORD not in str(dict(filled.session.items()))

    def test_a_second_click_registers_nothing_more(self, filled, arranged):
        act, before = new_act(), Client()
        before.cookies = SimpleCookie(filled.cookies.output(header=""))
        sent, again, after = send(filled, act), send(before, act), send(filled, act)
        assert (sent.url, again["Location"]) == (url("joined"), url("joined"))
        assert after["Location"] == reverse("accounts:home")
        with arranged():
            assert Enterprise.objects.filter(uscc=CODE).count() == 1

    def test_nothing_put_aside_is_left_over(
        self, filled, settings, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            send(filled)
        kept = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
        assert len(kept) == 1

    def test_whoever_is_signed_in_is_sent_to_the_desk(self, filled):
        send(filled)
        assert filled.get(url("join")).url == reverse("accounts:home")


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "change", "field", "words"),
        [
            ("enterprise", {"uscc": CODE[:-1] + "?"}, "uscc", "代码里只有"),
            ("enterprise", {"uscc": CODE[:-1]}, "uscc", "18"),
            ("site", {"town": "440100000"}, "town", "镇街"),
            ("site", {"industry": "9999"}, "industry", "没有这样的行业"),
            ("site", {"industry": "C"}, "industry", "行业"),
            ("site", {"opened_on": "2026-02-30"}, "opened_on", "没有这一天"),
            ("site", {"opened_on": "2026-03-03"}, "opened_on", "不能晚于今天"),
            ("people", dict.fromkeys(PEOPLE, "0"), "production", "不能为0"),
            ("people", {"production": "4000000"}, "production", "超过"),
            ("people", {"production": "-3"}, "production", "负数"),
            ("people", {"quality": "三"}, "quality", "整数"),
            ("risks", {"accident_on": ""}, "accident_on", "请填写事故日期"),
            ("risks", {"accident_on": "2025-02-29"}, "accident_on", "没有这一天"),
            ("risks", {"accident_on": "2026-03-03", "died_on": ""}, "accident_on", "晚于今天"),
            ("risks", {"died_on": "2025-05-31"}, "died_on", "早于事故"),
            ("account", {"phone": "1380013"}, "phone", ""),
            ("account", {"password": "12345678", "again": "12345678"}, "password", "10"),
            ("account", {"again": "another-one-2026"}, "again", "不一样"),
            ("account", {"consent": ""}, "consent", "请确认"),
        ],
    )
    def test_the_sentence_stands_at_the_field_and_the_rest_is_kept(
        self, visitor, name, change, field, words
    ):
        for before, data in STEPS.items():
            if before == name:
                break
            step(visitor, before, data)
        good = account() if name == "account" else STEPS[name]
        refused = step(visitor, name, good | change)

        assert refused.status_code == 422
        assert words in "".join(errors(refused)[field])
        for key, value in (good | change).items():
            if key not in ("password", "again", "file") and isinstance(value, str):
                assert refused.context["form"][key].value() not in (None,) or not value

    def test_a_file_of_the_wrong_kind_is_told_at_its_field(self, visitor):
        for name, data in STEPS.items():
            step(visitor, name, data)
        wrong = SimpleUploadedFile("执照.jpg", b"MZ not a picture", "image/jpeg")
        refused = step(visitor, "account", account(file=wrong))
        assert refused.status_code == 422
        assert "文件的内容不是" in errors(refused)["file"][0]

    def test_a_code_that_is_taken_names_the_masked_administrator_and_the_bureau(self, filled):
        send(filled)
        other = Client()
        refused = step(other, "enterprise", ENTERPRISE | {"name": "别的名字"})
        (sentence,) = errors(refused)["uscc"]
        assert "陈**" in sentence or "陈*" in sentence
        assert "0757-86230000" in sentence
        assert "陈志强" not in refused.content.decode()
        assert ENTERPRISE["name"] not in refused.content.decode()

    def test_an_enterprise_entered_by_its_bureau_is_sent_to_the_bureau(
        self, visitor, registered_code
    ):
        refused = step(visitor, "enterprise", ENTERPRISE | {"uscc": registered_code})
        assert "还没有开通账号" in errors(refused)["uscc"][0]

    def test_a_phone_that_has_an_account_is_told_where_it_was_typed(self, filled, arranged):
        with arranged():
            User.objects.create(
                name="占用",
                phone="13827330001",
                role="enterprise_owner",
                organisation=organisation(Kind.ENTERPRISE),
            )
        sent = send(filled)
        page = filled.get(sent.url)
        assert sent.url == url("join_step", "account")
        assert "此手机号码已有账号" in errors(page)["phone"][0]
        with arranged():
            assert not Enterprise.objects.filter(uscc=CODE).exists()
            assert not Organisation.objects.filter(uscc=CODE).exists()

    def test_a_file_that_lay_too_long_is_asked_for_again(self, filled, settings):
        for kept in Path(settings.MEDIA_ROOT).rglob("*"):
            if kept.is_file():
                kept.unlink()
        page = filled.get(send(filled).url)
        assert "上传的文件已过期" in errors(page)["file"][0]
        assert step(filled, "account", account()).url == url("join_check")
        assert send(filled).url == url("joined")

    def test_many_attempts_from_one_address_have_to_wait(self, visitor):
        for _n in range(60):
            step(visitor, "enterprise", {})
        answer = step(visitor, "enterprise", ENTERPRISE)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0


class TestTheRegistrar:
    """The narrow role behind the page: it opens enterprises and their owners, nothing else."""

    def test_it_reads_enterprises_and_owners_only(self, registered_code):
        with context.entering(REGISTRAR.context):
            assert Organisation.objects.filter(kind=Kind.ENTERPRISE).exists()
            assert not Enterprise.objects.exists()
            assert not User.objects.exclude(role="enterprise_owner").exists()

    def test_it_opens_no_other_role_and_no_other_kind(self):
        with context.entering(REGISTRAR.context):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Organisation.objects.create(kind=Kind.INSURER, name="假保险公司")
            bureau = Organisation.objects.get(kind=Kind.DISTRICT_BUREAU)
            with pytest.raises(ProgrammingError), transaction.atomic():
                User.objects.create(
                    organisation=bureau, role="district_officer", name="假", email="x@example.com"
                )


class TestTheService:
    def test_nobody_at_work_is_refused_whoever_calls(self):
        with pytest.raises(HeadcountRefused), context.entering(None):
            register_own_enterprise(**terms(site=new_site(counts={"production": 0})))

    def test_a_bad_code_is_refused_whoever_calls(self):
        with pytest.raises(EnterpriseRefused), context.entering(None):
            register_own_enterprise(**terms(uscc="123"))

    def test_a_death_is_kept_with_its_days(self, arranged):
        with context.entering(None):
            register_own_enterprise(**terms(death=Death(TODAY, TODAY)))
        with arranged():
            assert FatalAccident.objects.get().died_on == TODAY


@pytest.fixture
def arranged():
    """Look at what was made, past row-level security."""

    def enter():
        return context.entering(context.Context(role="test_arranger", actor="test:arranger"))

    return enter


@pytest.fixture
def registered_code():
    code = uscc(930_500)
    town = Town.objects.select_related("district").get(name="桂城街道")
    area = {"district": town.district, "town": town}
    with context.entering(context.Context(role="test_arranger", actor="test:arranger")):
        organisation(Kind.ENTERPRISE, name="已登记的厂", uscc=code, **area)
    return code


def test_an_organisation_is_opened_with_its_first_person():
    town = Town.objects.select_related("district").get(name="桂城街道")
    with context.entering(None):
        owner = found_enterprise(
            uscc=CODE, name="新厂", town=town, founder=Founder("梁伟明", "13827330009", "!")
        )
    assert owner.organisation.district_id == town.district_id
