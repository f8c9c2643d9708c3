"""Telling people: once, in Chinese, and nobody else's."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core import outbox
from apps.core.context import DISPATCH
from apps.core.models import Effect, Job
from apps.messaging.models import Notice
from apps.messaging.services import notify, tell
from tests.factories import person


@pytest.fixture
def own():
    return person("insurer")


@pytest.fixture
def signed_in(client, own):
    client.force_login(own)
    return client


def notice(receiver, **fields):
    fields = {"title": "有新待办", "once": "1"} | fields
    return Notice.objects.create(receiver=receiver, **fields)


def deliver_all():
    for pk in Effect.objects.pending().values_list("pk", flat=True):
        outbox.deliver(str(pk))


def test_a_notice_reaches_people_of_other_organisations(own, acting):
    sender = person("district_bureau")
    with acting(sender):
        notify(
            receivers=[own], title="督促函", text="请整改", url="/x/", once="letter:1", by=sender
        )

    deliver_all()

    told = Notice.objects.get()
    assert (told.receiver, told.title, told.text, told.url) == (own, "督促函", "请整改", "/x/")


def test_an_event_is_told_once_even_when_it_is_delivered_twice(own):
    for _time in range(2):
        notify(receivers=[own.pk], title="督促函", once="letter:1", by=own)
    deliver_all()
    tell([own.pk], title="督促函", text="", url="", once="letter:1")

    assert Notice.objects.count() == 1


def test_an_effect_delivered_twice_tells_once(own):
    notify(receivers=[own], title="督促函", once="letter:1", by=own)
    pk = str(Effect.objects.get().pk)

    assert [outbox.deliver(pk), outbox.deliver(pk)] == [True, False]
    assert Notice.objects.count() == 1


def test_another_event_is_told_again(own):
    for event in ("letter:1", "letter:2"):
        notify(receivers=[own], title="督促函", once=event, by=own)
    deliver_all()

    assert Notice.objects.count() == 2


def test_whoever_left_is_told_nothing(own):
    own.is_active = False
    own.save()

    tell([own.pk], title="督促函", text="", url="", once="1")

    assert Notice.objects.count() == 0


def test_a_notice_is_written_in_chinese_whatever_language_the_sender_reads(own):
    with translation.override("en"):
        title = format_lazy("{name}{what}", name="王芳", what=_("已接受邀请"))
        notify(receivers=[own], title=title, once="1", by=own)

    assert Effect.objects.get().payload["title"] == "王芳已接受邀请"


def test_opening_a_notice_reads_it_and_leads_on(own, signed_in):
    told = notice(own, url="/people/")

    response = signed_in.get(reverse("messaging:notice", args=[told.public_id]))

    assert response["Location"] == "/people/"
    told.refresh_from_db()
    assert told.read_at is not None


def test_a_notice_that_leads_nowhere_is_shown_itself(own, signed_in):
    told = notice(own, text="周六凌晨升级")

    page = signed_in.get(reverse("messaging:notice", args=[told.public_id]))

    assert "周六凌晨升级" in page.content.decode()


def test_the_notice_of_somebody_else_is_not_found_and_stays_unread(signed_in):
    told = notice(person("insurer"))

    response = signed_in.get(reverse("messaging:notice", args=[told.public_id]))

    assert response.status_code == 404
    told.refresh_from_db()
    assert told.read_at is None


def test_the_bell_counts_one_s_own_unread_notices(own, signed_in):
    notice(own, once="1")
    notice(own, once="2", read_at="2026-03-01T00:00+08:00")
    notice(person("insurer"))

    assert signed_in.get("/home/").context["unread"] == 1


def test_all_are_marked_read_at_once_but_only_one_s_own(own, signed_in):
    mine, other = notice(own), notice(person("insurer"))

    signed_in.post("/notices/read/")

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.read_at is None, other.read_at is None) == (False, True)


def test_the_list_shows_all_or_the_unread_only(own, signed_in):
    notice(own, title="新消息", once="1")
    notice(own, title="旧消息", once="2", read_at="2026-03-01T00:00+08:00")

    everything = signed_in.get("/notices/").content.decode()
    unread = signed_in.get("/notices/?show=unread").content.decode()

    assert ("新消息" in everything, "旧消息" in everything) == (True, True)
    assert ("新消息" in unread, "旧消息" in unread) == (True, False)


def test_lately_told_things_stand_on_the_desk(own, signed_in):
    notice(own, title="有新待办")

    assert "有新待办" in signed_in.get("/home/").content.decode()


def test_whoever_asked_for_long_work_is_told_when_it_ends(own):
    asked = Job.objects.create(kind="x", title="导出名单", actor=own.actor_key)
    ended = {"actor": asked.actor, "job": asked.public_id, "title": asked.title, "state": "done"}
    outbox.leave("core.job_finished", by=DISPATCH, **ended)

    for _step in range(2):  # the end, then the notice it leaves
        deliver_all()

    told = Notice.objects.get()
    assert (told.receiver, told.title) == (own, "导出名单：已完成")
    assert told.url == f"/jobs/{asked.public_id}/"
