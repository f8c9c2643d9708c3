"""The demo city: the same every time, plausible, and never anybody's by accident."""

import json
import stat
from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from apps.accounts.kinds import Kind
from apps.accounts.models import Invitation, Organisation, OrganisationName, User
from apps.accounts.roles import ROLES
from apps.core import audit, context
from apps.core.context import SEAL
from apps.core.models import AuditEvent
from apps.core.search import bigrams
from apps.core.uscc import refusal_to_accept
from apps.enterprises.demo.loading import load
from apps.enterprises.demo.outlines import CHOSEN
from apps.enterprises.demo.people import password_for
from apps.enterprises.models import Enterprise, Grade, Headcount, RiskFact, Site, SiteShare
from apps.messaging.models import Notice
from apps.reference.models import District
from apps.reference.rules import responsible_sector
from apps.reference.selectors.industries import assignments
from tests.factories import organisation

TODAY = date(2026, 3, 2)
SEED = 20180301


def build(enterprises=120, seed=SEED):
    return load(enterprises=enterprises, seed=seed, today=TODAY)


def rows():
    """What a city consists of, but for the keys the database gives."""
    return {
        "organisations": list(
            Organisation.objects.order_by("pk").values_list("public_id", "name", "uscc", "hotline")
        ),
        "people": list(User.objects.order_by("pk").values_list("public_id", "name", "email")),
        "enterprises": list(
            Enterprise.objects.order_by("pk").values_list(
                "public_id", "name", "uscc", "state", "ownership", "contact_name", "registered_at"
            )
        ),
        "sites": list(
            Site.objects.order_by("pk").values_list(
                "public_id", "name", "town", "industry", "sector", "address", "headcount", "state"
            )
        ),
        "headcounts": list(
            Headcount.objects.order_by("pk").values_list("valid_from", "valid_to", "production")
        ),
        "facts": list(RiskFact.objects.order_by("pk").values_list("tag", "quantity", "valid_from")),
        "grades": list(Grade.objects.order_by("pk").values_list("kind", "value", "valid_from")),
        "notices": list(Notice.objects.order_by("pk").values_list("public_id", "title", "text")),
    }


def rows_of_a_city_that_is_undone(**wanted):
    with transaction.atomic():
        build(**wanted)
        built = rows()
        transaction.set_rollback(True)
    return built


def test_the_same_seed_gives_the_same_city():
    first = rows_of_a_city_that_is_undone()

    second = rows_of_a_city_that_is_undone()

    assert second == first


def test_another_seed_gives_another_city():
    first = rows_of_a_city_that_is_undone(enterprises=20)

    second = rows_of_a_city_that_is_undone(enterprises=20, seed=7)

    assert {row[1] for row in second["enterprises"]}.isdisjoint(
        {row[1] for row in first["enterprises"]}
    )


def test_a_small_city_is_the_beginning_of_a_large_one():
    small = rows_of_a_city_that_is_undone(enterprises=20)

    large = rows_of_a_city_that_is_undone(enterprises=40)

    assert large["enterprises"][:20] == small["enterprises"]
    assert large["people"] == small["people"]


def test_every_role_has_somebody_who_can_log_in():
    city = build()

    people = {person.email: person for person in User.objects.select_related("organisation")}
    assert {account.role for account in city.accounts} == set(ROLES)
    assert len(people) == len(city.accounts)
    for account in city.accounts:
        person = people[account.login]
        assert person.check_password(account.password)
        assert person.phone == account.phone
        assert person.organisation.kind in ROLES[person.role].kinds
        validate_password(account.password, person)


def test_every_district_and_every_insurer_has_somebody():
    build()

    officers = User.objects.filter(role="district_officer")
    served = set(officers.values_list("organisation__district", flat=True))
    insurers = Organisation.objects.filter(kind=Kind.INSURER)
    assert served == set(District.objects.values_list("pk", flat=True))
    assert insurers.count() == 12
    assert not insurers.exclude(people__role="underwriter").exists()


@pytest.mark.no_database
def test_the_password_is_not_the_same_everywhere(settings):
    here = password_for(SEED)

    settings.SECRET_KEY = "another installation's key, just as long and just as random"

    assert password_for(SEED) != here


def test_every_credit_code_is_valid():
    build()

    codes = Organisation.objects.exclude(uscc=None).values_list("uscc", flat=True)
    assert {code: refusal_to_accept(code) for code in codes} == dict.fromkeys(codes, "")
    assert set(Enterprise.objects.values_list("uscc", flat=True)) <= set(codes)


def test_every_site_lies_in_the_district_of_its_town_and_under_its_sector():
    build()

    mapping = assignments(TODAY)
    sites = Site.objects.select_related("town", "industry", "sector")
    assert not sites.exclude(district=F("town__district")).exists()
    assert {site.sector.code for site in sites} >= {"emergency", "housing", "transport"}
    assert all(
        site.sector.code == responsible_sector(site.industry.code, TODAY, mapping) for site in sites
    )


def test_counts_follow_each_other_and_the_last_one_is_shown():
    build()

    counts = defaultdict(list)
    for count in Headcount.objects.order_by("valid_from"):
        counts[count.site_id].append(count)
    for site in Site.objects.all():
        kept = counts[site.pk]
        assert all(one.valid_to == next_one.valid_from for one, next_one in pairwise(kept))
        assert site.headcount == sum(one.total for one in kept if one.valid_to is None)
        assert kept[0].valid_from >= site.opened_on
        assert kept[-1].valid_to == (site.closed_on if site.state == Site.State.CLOSED else None)
    assert max(len(kept) for kept in counts.values()) == 3


def test_the_city_looks_like_foshan():
    build(enterprises=400)

    sites = Site.objects.all()
    by_district = {
        district.short_name: sites.filter(district=district).count()
        for district in District.objects.all()
    }
    largest = sorted(by_district, key=by_district.__getitem__, reverse=True)
    assert largest[:3] == ["南海", "顺德", "禅城"]
    assert 0.6 < sites.exclude(insurer=None).count() / sites.count() < 0.8
    for district in District.objects.all():
        assert sites.filter(district=district).values("insurer").distinct().count() <= 7
    assert sites.filter(headcount__range=(5, 80)).count() > sites.count() / 2
    assert sites.filter(state=Site.State.SUSPENDED).exists()
    assert sites.filter(enterprise__sites__district__gt=F("district")).exists()
    assert set(Enterprise.objects.values_list("state", flat=True)) == set(Enterprise.State.values)
    assert Grade.objects.filter(kind=Grade.Kind.STANDARDISATION, valid_to__lt=TODAY).exists()
    assert RiskFact.objects.filter(tag__code="dust", site__industry__code="2110").exists()


def test_people_and_phones_are_nobodys():
    build()

    contacts = {enterprise.contact_phone for enterprise in Enterprise.objects.all()} - {""}
    phones = {person.phone for person in User.objects.all()}
    assert all(phone.startswith("1380000") for phone in contacts | phones)
    assert contacts.isdisjoint(phones)
    assert not User.objects.exclude(email__endswith="@demo.example").exists()


def test_a_former_name_finds_the_enterprise():
    build()

    former = OrganisationName.objects.exclude(name=F("organisation__name"))
    former = former.filter(organisation__kind=Kind.ENTERPRISE).first()
    enterprise = former.organisation.enterprise
    assert enterprise in Enterprise.objects.matching(former.name)
    assert set(enterprise.search) >= set(bigrams(enterprise.name, enterprise.uscc))


def test_desks_and_timelines_are_not_empty():
    build()

    showcase = Enterprise.objects.get(organisation__people__email="enterprise-owner.1@demo.example")
    experts = User.objects.filter(role__in=["expert", "agency_engineer"])
    told = AuditEvent.objects.filter(target__startswith="enterprises.")
    assert showcase.sites.count() == CHOSEN[0][3]
    assert showcase.sites.values("district").distinct().count() > 1
    assert told.filter(action="headcount.recorded").exists()
    moments = list(told.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert Invitation.objects.filter(state=Invitation.State.OPEN).count() == 6
    assert SiteShare.objects.filter(user__in=experts).count() == experts.count()
    assert Notice.objects.filter(receiver__organisation=showcase.pk).unread().exists()


def test_the_audit_of_the_city_can_be_chained():
    build(enterprises=20)

    with context.entering(SEAL.context):
        sealed = audit.seal()

    assert sealed == AuditEvent.objects.count()
    assert audit.breaks() == []


def test_a_second_load_changes_nothing():
    first = build()
    before = rows()

    second = build(enterprises=500, seed=1)

    assert rows() == before
    assert not second.is_new
    assert second.accounts == first.accounts


def test_a_load_that_stops_half_way_leaves_nothing():
    def stop(_line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(enterprises=20, seed=SEED, today=TODAY, say=stop)

    assert not Organisation.objects.exists()
    assert build(enterprises=20).is_new


def test_without_demo_nothing_is_loaded(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")

    assert not Organisation.objects.exists()


def test_a_database_with_other_organisations_is_left_alone(settings):
    settings.DEMO = True
    organisation(Kind.INSURER)

    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demo")

    assert Organisation.objects.count() == 1


def test_the_command_writes_the_accounts_for_its_owner_alone(settings, tmp_path, capsys):
    settings.DEMO = True
    path = tmp_path / "accounts.json"

    call_command("load_demo", enterprises=6, accounts=path, today=TODAY)

    written = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(written[0]) == {
        *("role", "role_title", "organisation", "login", "phone", "password")
    }
    printed = capsys.readouterr().out
    assert all(account["login"] in printed for account in written)


def test_the_load_needs_nobody_who_walks_past_row_level_security(own_database):
    city = build(enterprises=10)

    officer = User(organisation=Organisation(kind=Kind.CITY_BUREAU), pk=0)
    with context.entering(officer.context), transaction.atomic():
        assert Enterprise.objects.count() == 10
    assert city.is_new
