"""From the list of those in default to a letter on the enterprise's desk, and its answer."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.core import running
from apps.core.models import Job
from apps.documents import storage
from apps.documents.models import Paper
from apps.duty.errors import DutyRefused
from apps.duty.models import Dispute, ExternalCover, Letter, SiteDuty
from apps.duty.selectors.ledger import duties_on
from apps.duty.services.external import decide_external, submit_external
from apps.duty.services.following import decide_dispute, open_dispute
from apps.duty.services.letters import close_letter, send_letter
from apps.enterprises.models import Enterprise
from tests.documents.corpus import pdf
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def sent(site, bureau, acting, today, **facts):
    with acting(bureau):
        facts = {"kind": "urging", "due_on": today + timedelta(days=30)} | facts
        return send_letter(site=site, today=today, by=bureau, **facts)


def file():
    return SimpleUploadedFile("证明.pdf", pdf(), content_type="application/pdf")


def test_letters_go_out_in_bulk_numbered_verifiable_and_once(
    site, owner, bureau, client, today, acting, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(bureau)
    page = client.post(reverse("duty:letters"), {"selected": [site.public_id]})
    assert "发出 1 份" in page.content.decode()
    terms = {
        "selected": site.public_id,
        "kind": "urging",
        "due_on": str(today + timedelta(days=30)),
        "act": "one",
    }
    answer = client.post(reverse("duty:letters_send"), terms)
    assert answer.status_code == 302
    with acting(bureau):
        job = Job.objects.get(kind="duty.send_letters")
    running.run(job.pk)
    with acting(bureau):
        letter, job = Letter.objects.get(), Job.objects.get(pk=job.pk)
        paper = Paper.objects.get(pk=letter.paper_id)
        assert job.state == Job.State.DONE
        assert job.result["letters"] == 1
    with storage.opened(paper.path) as content:
        assert content.read()[:5] == b"%PDF-"
    archive = ZipFile(BytesIO((tmp_path / job.file).read_bytes()))
    assert archive.namelist() == [f"{letter.number}.pdf"]
    assert letter.number.startswith("DC-NH-")
    assert [basis["source"] for basis in paper.data["bases"]]
    # Nobody is urged twice while a letter is open.
    assert sent(site, bureau, acting, today) is None
    # The enterprise sees it, and that it did is seen.
    client.force_login(owner)
    assert letter.number in client.get(letter.get_absolute_url()).content.decode()
    assert letter.number in client.get(reverse("accounts:home")).content.decode()
    with acting(bureau):
        assert Letter.objects.get().seen_at is not None


def test_what_is_overdue_stands_on_the_desk_and_an_order_may_follow(
    site, bureau, client, acting, today
):
    past = today - timedelta(days=40)
    letter = sent(site, bureau, acting, past, due_on=today - timedelta(days=10))
    client.force_login(bureau)
    page = client.get(reverse("duty:letters_sent"), {"view": "overdue"}).content.decode()
    assert letter.number in page
    order = sent(site, bureau, acting, today, kind="order")
    assert order.number.startswith("ZG-NH-")
    with acting(bureau):
        close_letter(letter=order, state="settled", on=today, reason="已投保", by=bureau)
        with pytest.raises(Exception, match="最终状态"):
            close_letter(letter=order, state="withdrawn", on=today, reason="误发", by=bureau)


def test_a_department_sends_letters_to_its_own_industry_alone(site, acting, today):
    officer = person(Kind.DISTRICT_DEPARTMENT, "department_officer", sector=site.sector.code)
    assert sent(site, officer, acting, today).number
    stranger = person(Kind.DISTRICT_DEPARTMENT, "department_officer", town="大良街道")
    with pytest.raises(Exception, match="matching query"):
        sent(site, stranger, acting, today)


def test_a_dispute_needs_evidence_is_open_once_and_is_answered_with_reasons(
    site, owner, bureau, client, acting
):
    now = timezone.now()
    client.force_login(owner)
    url = reverse("duty:object", args=[site.public_id])
    bare = client.post(url, {"ground": "industry", "text": "我们是仓库", "act": "a"})
    assert bare.status_code == 422
    assert "请上传证明材料。" in bare.content.decode()
    terms = {"ground": "industry", "text": "我们是仓库", "evidence": file(), "act": "b"}
    assert client.post(url, terms).status_code == 302
    with acting(owner), pytest.raises(DutyRefused, match="已有一项异议"):
        open_dispute(site=site, ground="other", text="再说", evidence=file(), now=now, by=owner)
    with acting(bureau):
        dispute = Dispute.objects.get()
        with pytest.raises(DutyRefused, match="理由"):
            decide_dispute(dispute=dispute, state="upheld", decision=" ", now=now, by=bureau)
        decided = decide_dispute(
            dispute=dispute, state="rejected", decision="行业登记无误", now=now, by=bureau
        )
    assert decided.decided_by_name == bureau.actor_name
    page = client.get(reverse("duty:site", args=[site.public_id])).content.decode()
    assert "行业登记无误" in page


def external(site, owner, today, **facts):
    terms = {
        "kind": "commercial",
        "insurer_name": "某财险",
        "policy_number": "P1",
        "valid_from": today - timedelta(days=10),
        "valid_to": today + timedelta(days=20),
        "people": 60,
        "per_person": 300_000,
        "heads": ["injury"],
        "certificate": file(),
    }
    return submit_external(site=site, by=owner, **terms | facts)


def test_commercial_cover_counts_once_accepted_until_it_ends(site, owner, bureau, acting, today):
    with acting(owner):
        cover = external(site, owner, today)
    with acting(bureau):
        assert duties_on(bureau, today).get(site=site.pk).state == "uninsured"
        decide_external(
            cover=cover, state="accepted", decision="凭证有效", now=timezone.now(), by=bureau
        )
        row = duties_on(bureau, today).get(site=site.pk)
        assert (row.state, row.cover_to) == ("external", cover.valid_to)
        assert duties_on(bureau, cover.valid_to).get(site=site.pk).state == "lapsed"


def test_group_cover_is_for_state_firms_and_its_gap_is_told_head_by_head(
    site, owner, bureau, acting, today
):
    with acting(owner), pytest.raises(DutyRefused, match="央企和省属企业"):
        external(site, owner, today, kind="group")
    Enterprise.objects.filter(pk=site.enterprise_id).update(ownership="central")
    site.enterprise.refresh_from_db()
    with acting(owner):
        cover = external(site, owner, today, kind="group", per_person=250_000)
    with acting(bureau):
        decide_external(
            cover=cover, state="accepted", decision="证明齐全", now=timezone.now(), by=bureau
        )
        kept = ExternalCover.objects.get()
        assert kept.limit_gap == kept.minimum - 250_000
        assert "injury" not in kept.missing
        assert "poisoning" in kept.missing
        assert duties_on(bureau, today).get(site=site.pk).state == SiteDuty.State.LOW_LIMIT
