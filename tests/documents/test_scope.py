"""Which files and papers each kind of organisation sees, with each lock alone."""

import pytest

from apps.accounts.kinds import Kind
from apps.documents.models import Scope, StoredFile
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.services.papers import drafted
from apps.reference.models import Sector, Town
from tests.documents.papers import CERTIFICATE
from tests.factories import UserFactory, organisation

OWN, ALL, NONE = (True, False), (True, True), (False, False)
SEES = {
    Kind.ENTERPRISE: OWN,
    Kind.INSURER: OWN,
    Kind.CITY_BUREAU: ALL,
    Kind.DISTRICT_BUREAU: OWN,
    Kind.TOWN_OFFICE: OWN,
    Kind.CITY_DEPARTMENT: OWN,
    Kind.DISTRICT_DEPARTMENT: OWN,
    Kind.CITY_FINANCE: ALL,
    Kind.DISTRICT_FINANCE: OWN,
    Kind.BROKER: ALL,
    Kind.ASSOCIATION: NONE,
    Kind.AGENCY: OWN,
    Kind.EXPERT_PANEL: NONE,
    Kind.PLATFORM: NONE,
}


@pytest.fixture
def parties():
    """An organisation of each kind where the rows belong, and one elsewhere."""
    here, there = Sector.objects.all()[:2]
    return {
        kind: (
            organisation(kind, town="桂城街道", sector=here.code),
            organisation(kind, town="荷城街道", sector=there.code),
        )
        for kind in Kind
    }


@pytest.fixture
def rows(parties):
    town = Town.objects.get(name="桂城街道")
    scope = Scope(
        owner=parties[Kind.ENTERPRISE][0].pk,
        enterprise=parties[Kind.ENTERPRISE][0].pk,
        insurer=parties[Kind.INSURER][0].pk,
        agency=parties[Kind.AGENCY][0].pk,
        district=town.district_id,
        town=town.pk,
        sector=parties[Kind.CITY_DEPARTMENT][0].sector_id,
    )
    paper = drafted(
        POLICY_CERTIFICATE,
        number="X-1",
        data=CERTIFICATE,
        subject="policies.policy:1",
        holder="甲",
        scope=scope,
        by=UserFactory(organisation=parties[Kind.INSURER][0]),
    )
    paper.save()
    file = StoredFile.objects.create(
        purpose="x",
        name="a.pdf",
        kind="pdf",
        size=1,
        sha256="0" * 64,
        path="x",
        scan="clean",
        uploaded_by="user:1",
        uploader_name="甲",
        **scope.columns,
    )
    return paper, file


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("place", [0, 1], ids=["paper", "file"])
class TestEachLockAlone:
    def test_the_filter(self, kind, place, parties, rows):
        row = rows[place]
        people = [UserFactory(organisation=own) for own in parties[kind]]
        seen = [type(row).objects.visible_to(one).filter(pk=row.pk).exists() for one in people]
        assert tuple(seen) == SEES[kind]

    def test_row_level_security(self, kind, place, parties, rows, acting):
        row, seen = rows[place], []
        for own in parties[kind]:
            with acting(UserFactory(organisation=own)):
                seen.append(type(row).objects.filter(pk=row.pk).exists())
        assert tuple(seen) == SEES[kind]


def test_without_a_context_there_are_no_rows(rows, acting):
    with acting(None):
        assert [type(row).objects.count() for row in rows] == [0, 0]


def test_events_about_a_row_are_addressed_to_whoever_sees_it(rows):
    paper, _file = rows
    tokens = [
        f"organisation:{key}"
        for key in sorted({paper.enterprise_id, paper.insurer_id, paper.agency_id})
    ]
    assert paper.audience == [
        *tokens,
        f"district:{paper.district_id}",
        f"town:{paper.town_id}",
        f"sector:{paper.sector_id}",
        f"sector:{paper.sector_id}/district:{paper.district_id}",
    ]
