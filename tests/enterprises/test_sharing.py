"""A site is shared with one expert or engineer by name, and taken back."""

import pytest

from apps.core.models import AuditEvent
from apps.enterprises.errors import ShareRefused
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.services import add_site, share_site, unshare_site
from tests.enterprises.conftest import new_site
from tests.factories import UserFactory, person


@pytest.fixture
def expert():
    return person("expert_panel", "expert", name="专家库")


def test_the_person_named_sees_this_site_and_no_other(registered, site, officer, expert, acting):
    colleague = UserFactory(organisation=expert.organisation)
    with acting(officer):
        add_site(enterprise=registered, new=new_site(name="东厂"), by=officer)
        share_site(site=site, person=expert, reason="双随机抽查", by=officer)

    with acting(expert):
        assert list(Site.objects.visible_to(expert)) == [site]
        assert list(Site.objects.all()) == [site]
        assert list(Enterprise.objects.all()) == [registered]
    with acting(colleague):
        assert not Site.objects.all().exists()
    assert AuditEvent.objects.get(action="row.shared").reason == "双随机抽查"


def test_what_was_shared_is_taken_back(site, officer, expert, acting):
    with acting(officer):
        share_site(site=site, person=expert, reason="抽查", by=officer)
        unshare_site(site=site, person=expert, reason="抽查结束", by=officer)

    with acting(expert):
        assert not Site.objects.visible_to(expert).exists()


def test_it_is_shared_once(site, officer, expert, acting):
    with acting(officer):
        share_site(site=site, person=expert, reason="抽查", by=officer)
        with pytest.raises(ShareRefused, match="已经共享给"):
            share_site(site=site, person=expert, reason="抽查", by=officer)


def test_an_insurer_gets_nothing_by_name(site, officer, acting):
    underwriter = person("insurer")

    with acting(officer), pytest.raises(ShareRefused, match="只能共享给专家或服务机构的工程师"):
        share_site(site=site, person=underwriter, reason="展业", by=officer)


def test_an_enterprise_shares_nothing(registered, site, expert, acting):
    owner = UserFactory(organisation=registered.organisation)

    with acting(owner), pytest.raises(ShareRefused, match="指名共享由登记机关办理"):
        share_site(site=site, person=expert, reason="求助", by=owner)
