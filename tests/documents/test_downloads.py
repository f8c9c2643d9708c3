"""Who gets a file or a paper: by page and by raw query, and how it leaves."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent, Effect
from apps.documents import storage
from apps.documents.models import Paper, Scope, StoredFile
from apps.documents.models.stored import Scan
from apps.documents.selectors import listed_files, listed_papers
from apps.documents.services.papers import print_paper
from apps.documents.services.uploads import keep_upload
from tests.documents import corpus
from tests.documents.conftest import ANY, PEOPLE
from tests.documents.papers import certificate
from tests.factories import UserFactory, organisation, person

MOST_QUERIES = 25


@pytest.fixture
def owner():
    return person(Kind.ENTERPRISE, "enterprise_owner")


@pytest.fixture
def insurer():
    return person(Kind.INSURER, "underwriter")


@pytest.fixture
def keep(owner, insurer, acting):
    def kept(purpose=ANY, name="营业执照 “副本”.pdf"):
        with acting(owner):
            return keep_upload(
                corpus.upload(corpus.pdf(), name),
                purpose=purpose,
                scope=Scope(
                    owner=owner.organisation_id,
                    enterprise=owner.organisation_id,
                    insurer=insurer.organisation_id,
                ),
                by=owner,
            )

    return kept


@pytest.fixture
def paper(owner, insurer, acting):
    with acting(insurer):
        scope = Scope(
            owner=insurer.organisation_id,
            enterprise=owner.organisation_id,
            insurer=insurer.organisation_id,
        )
        return certificate(insurer, scope=scope)


def taken(client, url):
    """Download to the end, as a browser does."""
    response = client.get(url)
    return response, b"".join(response.streaming_content)


class TestFile:
    def test_it_leaves_as_an_attachment_that_runs_nowhere(self, keep, owner, client):
        stored = keep()
        client.force_login(owner)
        response, content = taken(client, stored.get_absolute_url())
        assert content == corpus.stored(stored.path, settings.MEDIA_ROOT)
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-store"
        name = quote("营业执照 “副本”.pdf")
        assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"

    def test_visitors_are_sent_to_the_login(self, keep, client):
        response = client.get(keep().get_absolute_url())
        assert response.url.startswith(settings.LOGIN_URL)

    @pytest.mark.parametrize(
        "kind",
        [
            Kind.ENTERPRISE,
            Kind.INSURER,
            Kind.DISTRICT_BUREAU,
            Kind.TOWN_OFFICE,
            Kind.AGENCY,
            Kind.ASSOCIATION,
            Kind.PLATFORM,
        ],
    )
    def test_another_tenant_finds_nothing_by_id_nor_by_a_raw_query(
        self, kind, keep, paper, client, acting
    ):
        stored, stranger = keep(), person(kind)
        client.force_login(stranger)
        assert client.get(stored.get_absolute_url()).status_code == 404
        assert client.get(paper.get_absolute_url()).status_code == 404
        assert client.get(f"{paper.get_absolute_url()}file/").status_code == 404
        assert client.post(f"{paper.get_absolute_url()}print/").status_code == 404
        with acting(stranger):
            assert not StoredFile.objects.filter(pk=stored.pk).exists()
            assert not Paper.objects.filter(pk=paper.pk).exists()
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from documents_storedfile")
                assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize("path", ["/files/%00/", "/papers/%00/", "/papers/x/file/"])
    def test_a_nonsense_id_is_not_found(self, path, owner, client):
        client.force_login(owner)
        assert client.get(path).status_code == 404

    def test_an_enterprise_cannot_plant_a_file_with_another(self, owner, acting):
        other = organisation(Kind.ENTERPRISE)
        with acting(owner), pytest.raises(Exception, match="row-level security"):
            keep_upload(
                corpus.upload(corpus.pdf()),
                purpose=ANY,
                scope=Scope(owner=owner.organisation_id, enterprise=other.pk),
                by=owner,
            )

    def test_opening_what_names_people_is_on_record(self, keep, insurer, client):
        stored = keep(PEOPLE)
        client.force_login(insurer)
        taken(client, stored.get_absolute_url())
        event = AuditEvent.objects.get(action="file.opened")
        assert (event.actor, event.target) == (
            insurer.actor_key,
            f"documents.storedfile:{stored.pk}",
        )

    def test_opening_anything_else_is_not(self, keep, insurer, client):
        client.force_login(insurer)
        taken(client, keep().get_absolute_url())
        assert not AuditEvent.objects.filter(action="file.opened").exists()

    @pytest.mark.parametrize(
        ("kind", "role"),
        [(Kind.BROKER, "broker_complaints"), (Kind.CITY_FINANCE, "finance_officer")],
    )
    def test_whoever_sees_no_personal_data_may_not_open_it(self, kind, role, keep, client):
        stored = keep(PEOPLE, name="张三身份证.pdf")
        reader = person(kind, role)
        client.force_login(reader)
        response = client.get(stored.get_absolute_url())
        assert response.status_code == 403
        assert "张三" not in response.content.decode()
        assert listed_files([stored], reader)[0]["name"] == "身份证明"

    def test_whoever_brought_it_may(self, keep, owner, client):
        clerk = UserFactory(organisation=owner.organisation, role="enterprise_clerk")
        stored = keep(PEOPLE)
        client.force_login(clerk)
        assert taken(client, stored.get_absolute_url())[1].startswith(b"%PDF")
        assert listed_files([stored], clerk)[0]["name"] == stored.name

    @pytest.mark.parametrize(
        ("scan", "words"), [(Scan.WAITING, "等待查毒"), (Scan.INFECTED, "查出病毒")]
    )
    def test_what_is_not_known_to_be_clean_is_not_given_out(self, scan, words, keep, owner, client):
        stored = keep()
        StoredFile.objects.filter(pk=stored.pk).update(scan=scan)
        client.force_login(owner)
        response = client.get(stored.get_absolute_url())
        assert response.status_code == 409
        assert words in response.content.decode()

    def test_bytes_that_are_gone_are_not_found(self, keep, owner, client):
        stored = keep()
        storage.remove(stored.path)
        client.force_login(owner)
        assert client.get(stored.get_absolute_url()).status_code == 404

    def test_lists_say_what_a_file_is_and_that_nobody_scanned_it(self, keep, owner):
        (row,) = listed_files([keep()], owner)
        assert (row["kind"], row["trust"], row["by"]) == ("PDF文件 · 未扫描", "C", owner.name)


class TestPaper:
    def test_it_is_being_made_then_late_then_there(self, paper, owner, client):
        client.force_login(owner)
        page = client.get(paper.get_absolute_url()).content.decode()
        assert "正在生成" in page
        assert 'hx-trigger="every 2s"' in page
        assert client.get(f"{paper.get_absolute_url()}file/").url == paper.get_absolute_url()

        print_paper(paper.pk)
        page = client.get(paper.get_absolute_url()).content.decode()
        assert "正在生成" not in page
        assert "下载PDF" in page

    def test_it_leaves_under_its_own_name(self, paper, insurer, client):
        print_paper(paper.pk)
        client.force_login(insurer)
        response, content = taken(client, f"{paper.get_absolute_url()}file/")
        assert content.startswith(b"%PDF")
        name = quote("安全生产责任保险电子保单 AZ-NH-2026-000123.pdf")
        assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"

    def test_one_that_was_never_printed_can_be_asked_for(self, paper, owner, client, time_machine):
        Effect.objects.all().delete()
        time_machine.move_to("2026-03-02T09:05:00+08:00")
        client.force_login(owner)
        assert "生成文件" in client.get(paper.get_absolute_url()).content.decode()

        client.post(f"{paper.get_absolute_url()}print/")

        effect = Effect.objects.get()
        assert (effect.name, effect.actor) == ("documents.print", "system:archive")

    def test_a_replaced_one_leads_on(self, paper, insurer, client, acting):
        with acting(insurer):
            new = certificate(
                insurer,
                supersedes=paper,
                scope=Scope(insurer=insurer.organisation_id),
            )
        client.force_login(insurer)
        page = client.get(paper.get_absolute_url()).content.decode()
        assert "已被新的文书代替" in page
        assert new.get_absolute_url() in page

    def test_lists_link_to_its_page(self, paper):
        (row,) = listed_papers([paper])
        assert row["url"] == paper.get_absolute_url()

    def test_its_page_asks_little(self, paper, owner, client):
        client.force_login(owner)
        with CaptureQueriesContext(connection) as asked:
            client.get(paper.get_absolute_url())
        assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("kind", "sees"),
    [
        (Kind.CITY_BUREAU, True),
        (Kind.BROKER, True),
        (Kind.CITY_FINANCE, True),
        (Kind.ASSOCIATION, False),
        (Kind.PLATFORM, False),
    ],
)
def test_the_city_and_the_broker_see_all_and_outsiders_none(kind, sees, paper, acting):
    reader = person(kind)
    assert Paper.objects.visible_to(reader).exists() is sees
    with acting(reader):
        assert Paper.objects.exists() is sees
        assert Paper.objects.update(size=1) == 0
