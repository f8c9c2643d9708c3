import json
import random
import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.core import context
from apps.core.context import Context
from apps.core.errors import DomainError
from apps.core.idempotency import (
    MONEY,
    Act,
    _is_free,
    fingerprint,
    forget_expired,
    new_act,
    once_per_act,
    once_per_key,
)
from apps.core.models import Counter, IdempotencyKey
from apps.core.numbering import next_number
from tests.conftest import ARRANGER

DAY = date(2026, 3, 2)
TYPO = "第5位是字母O，应为数字0吗？"


class Payments(APIView):
    authentication_classes = ()
    permission_classes = ()

    @once_per_key(keep=MONEY)
    def post(self, request, kind="paid"):
        number = next_number("PAY", on=DAY)
        if kind == "refused":
            raise DomainError(TYPO)
        if kind == "invalid":
            raise ValidationError({"amount": [TYPO]})
        if kind == "broken":
            raise ZeroDivisionError
        if kind == "unavailable":
            return Response({"detail": "later"}, status=503)
        return Response({"number": number, **request.data}, status=201)


def pay(key: str | None, body: dict | None = None, kind: str = "paid") -> HttpResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    request = APIRequestFactory().post("/pay/", body or {}, format="json", headers=headers)
    with transaction.atomic():
        return Payments.as_view()(request, kind=kind)


@once_per_act()
def issue(request):
    if request.method != "POST":
        return HttpResponse(new_act())
    if not request.POST.get("name"):
        next_number("ISSUE", on=DAY)
        transaction.set_rollback(True)
        return HttpResponse("请填写名称", status=422)
    return HttpResponseRedirect(f"/issued/{next_number('ISSUE', on=DAY)}/")


def send(data: dict, **extra: str) -> HttpResponse:
    with transaction.atomic():
        return issue(RequestFactory().post("/issue/", data, **extra))


def effects(series: str) -> int:
    counter = Counter.objects.filter(series=series).first()
    return counter.last if counter else 0


def test_the_same_key_acts_once_and_answers_the_same_bytes():
    first = pay("key-1", {"amount": "12.30"})
    again = pay("key-1", {"amount": "12.30"})

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert json.loads(first.content) == {"number": "PAY-2026-000001", "amount": "12.30"}
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert ("Idempotent-Replay" in first, again["Idempotent-Replay"]) == (False, "true")
    assert effects("PAY") == 1


def test_another_key_is_another_act():
    assert pay("key-1").content != pay("key-2").content
    assert effects("PAY") == 2


def test_the_same_key_of_another_actor_is_another_act():
    pay("key-1")
    with context.entering(Context(role=ARRANGER.role, actor="user:2")):
        assert pay("key-1").status_code == 201
    assert effects("PAY") == 2


@pytest.mark.parametrize("key", [None, "", " ", "键", "x" * 201])
def test_a_write_without_a_usable_key_is_refused(key):
    answer = pay(key)
    assert (answer.status_code, answer.data["code"]) == (400, "idempotency_key_missing")
    assert effects("PAY") == 0


def test_the_same_key_for_something_else_is_refused():
    pay("key-1", {"amount": "12.30"})
    answer = pay("key-1", {"amount": "12.31"})
    assert (answer.status_code, answer.data["code"]) == (422, "idempotency_key_reused")
    assert effects("PAY") == 1


@pytest.mark.parametrize(("kind", "status"), [("refused", 409), ("invalid", 422)])
def test_a_refusal_is_repeated_and_leaves_nothing_behind(kind, status):
    first, again = pay("key-1", kind=kind), pay("key-1", kind=kind)

    assert first.status_code == again.status_code == status
    assert first.content == again.content
    assert TYPO in first.content.decode()
    assert again["Content-Type"] == "application/problem+json"
    assert effects("PAY") == 0


def test_a_crash_is_not_kept():
    with pytest.raises(ZeroDivisionError):
        pay("key-1", kind="broken")
    assert not IdempotencyKey.objects.exists()
    assert effects("PAY") == 0


def test_an_answer_that_asks_to_come_back_later_is_not_kept():
    assert pay("key-1", kind="unavailable").status_code == 503
    assert not IdempotencyKey.objects.exists()
    assert effects("PAY") == 0


def test_a_key_is_forgotten_after_its_time():
    pay("key-1")
    with time_machine.travel(timezone.now() + MONEY - timedelta(seconds=1), tick=False):
        assert pay("key-1")["Idempotent-Replay"] == "true"
        assert forget_expired(timezone.now()) == 0
    with time_machine.travel(timezone.now() + MONEY, tick=False):
        assert "Idempotent-Replay" not in pay("key-1")
        assert effects("PAY") == 2
        assert forget_expired(timezone.now() + MONEY) == 1


def test_a_kept_answer_cannot_be_read_in_the_database():
    pay("key-1", {"name": "张三丰"})
    row = IdempotencyKey.objects.get()
    assert "张三丰" not in row.sealed_body
    assert row.sealed_body.startswith("1:")


def test_a_page_acts_once_and_leads_to_the_same_place():
    act = new_act()
    first = send({"act": act, "name": "甲", "csrfmiddlewaretoken": "one"})
    again = send({"act": act, "name": "甲", "csrfmiddlewaretoken": "two"})

    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"] == "/issued/ISSUE-2026-000001/"
    assert again["Idempotent-Replay"] == "true"


def test_a_form_that_was_refused_can_be_corrected_and_sent_again():
    act = new_act()
    assert send({"act": act, "name": ""}).status_code == 422
    assert send({"act": act, "name": "甲"}).status_code == 302
    assert effects("ISSUE") == 1


def test_a_page_is_drawn_without_an_act():
    assert issue(RequestFactory().get("/issue/")).status_code == 200


def test_a_form_without_its_act_is_refused():
    with pytest.raises(BadRequest):
        send({"name": "甲"})


def test_uploads_are_compared_by_their_content():
    def upload(content: bytes) -> str:
        file = SimpleUploadedFile("a.xlsx", content)
        return fingerprint(RequestFactory().post("/", {"file": file, "n": ["1", "2"]}))

    assert upload(b"same") == upload(b"same")
    assert upload(b"same") != upload(b"other")


def test_path_method_and_query_belong_to_what_was_asked():
    factory = RequestFactory()
    requests = [
        factory.post("/a/", b"{}", content_type="application/json"),
        factory.post("/b/", b"{}", content_type="application/json"),
        factory.post("/a/?x=1", b"{}", content_type="application/json"),
        factory.put("/a/", b"{}", content_type="application/json"),
        factory.post("/a/", b"[]", content_type="application/json"),
    ]
    assert len({fingerprint(request) for request in requests}) == len(requests)


def held_elsewhere(key: str, release: threading.Event) -> threading.Thread:
    """Another transaction that is in the middle of the act, until it is released."""
    held = threading.Event()

    def hold() -> None:
        with context.entering(ARRANGER), transaction.atomic():
            assert _is_free(Act(ARRANGER.actor, key, ""))
            held.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    return thread


@pytest.mark.usefixtures("own_database")
def test_a_key_in_flight_is_refused_at_once_and_works_afterwards():
    release = threading.Event()
    holder = held_elsewhere("key-1", release)
    with context.entering(ARRANGER):
        answer = pay("key-1")
        release.set()
        holder.join()
        assert (answer.status_code, answer.data["code"]) == (409, "idempotency_key_in_flight")
        assert pay("key-1").status_code == 201


@pytest.mark.usefixtures("own_database")
def test_the_second_of_two_clicks_shows_what_the_first_did():
    act = new_act()
    release = threading.Event()
    holder = held_elsewhere(act, release)
    threading.Timer(0.3, release.set).start()
    with context.entering(ARRANGER):
        assert send({"act": act, "name": "甲"}).status_code == 302
        assert effects("ISSUE") == 1
    holder.join()


@pytest.mark.slow
@pytest.mark.usefixtures("own_database")
def test_acts_sent_again_and_again_in_parallel_have_exactly_one_effect_each():
    acts = {f"act-{n}": {"amount": f"{n}.00"} for n in range(40)}
    tries = [key for key in acts for _ in range(random.randint(2, 5))]
    random.shuffle(tries)
    answers: dict[str, set[bytes]] = {key: set() for key in acts}

    def work(keys: list[str]) -> None:
        with context.entering(ARRANGER):
            for key in keys:
                while (answer := pay(key, acts[key])).status_code == 409:
                    pass
                answers[key].add(answer.content)
        connection.close()

    threads = [threading.Thread(target=work, args=(tries[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {len(contents) for contents in answers.values()} == {1}
    with context.entering(ARRANGER), transaction.atomic():
        assert effects("PAY") == len(acts) == IdempotencyKey.objects.count()
