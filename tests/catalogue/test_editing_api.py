"""Other systems change drafts by the same services: same rights, same refusals, once per key."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.kinds import Kind
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.rating.gate.services import run_gate
from tests.factories import person

pytestmark = pytest.mark.usefixtures("product")

ROOT = "/api/v1/products/foshan-sli/"
T3, V3 = f"{ROOT}tariffs/3/", f"{ROOT}versions/3/"
START = {"valid_from": "2027-01-01", "source": "市局文件"}


@pytest.fixture(autouse=True)
def _march():
    with time_machine.travel("2026-03-02 10:00+08:00", tick=True):
        yield


def ask(client, method, path, body=None, key="", **more):
    count = getattr(client, "asked", 0) + 1
    client.asked = count
    headers = {"Idempotency-Key": key or f"k{count}"}
    options = {"content_type": "application/json", "headers": headers}
    return getattr(client, method)(path, body if body is not None else {}, **options, **more)


@pytest.fixture
def clerk(client, bureau):
    client.force_login(bureau[0])
    return client


@pytest.fixture
def started(clerk):
    assert ask(clerk, "post", f"{ROOT}tariffs/", START).status_code == 201
    assert ask(clerk, "post", f"{ROOT}versions/", START).status_code == 201
    return clerk


def test_a_draft_is_begun_once_however_often_it_is_asked_for(clerk):
    first = ask(clerk, "post", f"{ROOT}tariffs/", START, key="same")
    again = ask(clerk, "post", f"{ROOT}tariffs/", START, key="same")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"] == 3
    assert TariffVersion.objects.count() == 3


def test_without_a_key_nothing_is_done(clerk):
    answer = clerk.post(f"{ROOT}tariffs/", START, content_type="application/json")
    assert answer.json()["code"] == "idempotency_key_missing"


def test_cells_all_or_none(started):
    cells = [{"keys": ["I"], "value": "61"}, {"keys": ["II"], "value": "x"}]
    refused = ask(started, "put", f"{T3}tables/base/", {"revision": 1, "cells": cells})
    assert refused.status_code == 422
    assert refused.json()["errors"]["cells"] == [{"keys": ["II"], "text": "“x”不是数值。"}]

    saved = ask(started, "put", f"{T3}tables/base/", {"revision": 1, "cells": cells[:1]})
    assert saved.json()["revision"] == 2
    stale = ask(started, "put", f"{T3}tables/base/", {"revision": 1, "cells": cells[:1]})
    assert (stale.status_code, stale.json()["code"]) == (409, "draft_changed")


def test_words_bounds_and_cases(started):
    told = ask(started, "patch", T3, {"revision": 1, "note": "试算"}).json()
    assert (told["note"], told["source"]) == ("试算", "市局文件")
    told = ask(started, "put", f"{T3}bounds/", {"revision": 2, "lowest": "0.6"}).json()
    assert (told["document"]["lowest"], told["document"]["highest"]) == ("0.6", "1.3")
    cases = [{"name": "一", "facts": {"heads": 1}, "premium": "1.00"}]
    told = ask(started, "put", f"{T3}cases/", {"revision": 3, "cases": cases}).json()
    assert [case["name"] for case in told["document"]["golden"]] == ["一"]
    assert ask(started, "delete", f"{T3}?revision=4").status_code == 204


def test_a_workbook_is_previewed_and_taken(started):
    content = started.get(f"{T3}workbook/").content
    options = {"headers": {"Idempotency-Key": "w1"}}
    for preview in ("true", "false"):
        body = {"revision": 1, "preview": preview, "book": SimpleUploadedFile("a.xlsx", content)}
        options = {"headers": {"Idempotency-Key": f"w{preview}"}}
        answer = started.post(f"{T3}workbook/", body, **options)
        assert (answer.status_code, answer.json()) == (200, [])
    assert TariffVersion.objects.get(number=3).revision == 2


def test_a_workbook_with_faults_is_answered_with_all_of_them(started):
    body = {"revision": 1, "book": SimpleUploadedFile("a.xlsx", b"no workbook")}
    answer = started.post(f"{T3}workbook/", body, headers={"Idempotency-Key": "w"})
    assert answer.status_code == 422
    assert answer.json()["errors"]["lines"] == [
        "这不是Excel工作簿（.xlsx）。请导出一份，在它上面改。"
    ]


def test_four_eyes_hold_here_too(started, bureau, acting):
    assert ask(started, "post", f"{T3}check/").status_code == 200
    early = ask(started, "post", f"{T3}send/")
    assert (early.status_code, early.json()["code"]) == (409, "version_refused")
    with acting(bureau[0]):
        run_gate(version=TariffVersion.objects.get(number=3), by=bureau[0])
    assert ask(started, "post", f"{T3}send/").json()["sent_at"]
    mine = ask(started, "post", f"{T3}approve/", {"reason": "同意"})
    assert (mine.status_code, mine.json()["code"]) == (409, "version_refused")
    started.force_login(bureau[1])
    assert ask(started, "post", f"{T3}approve/", {"reason": "同意"}).status_code == 200
    assert ask(started, "post", f"{T3}activate/").json()["state"] == "active"
    ended = ask(started, "post", f"{T3}retire/", {"on": "2027-06-01", "reason": "停售"})
    assert (ended.json()["state"], ended.json()["valid_to"]) == ("retired", "2027-06-01")


def test_the_lists_of_a_product(started):
    lines = [{"per_person": "1531529.92"}, {"per_person": "200万", "aggregate": "5亿"}]
    told = ask(started, "put", f"{V3}lists/limits/", {"revision": 1, "lines": lines})
    assert [row["per_person"] for row in told.json()["limits"]] == ["1531529.92", "2000000.00"]
    heads = [{"kind": "injury", "per": "person", "share": "0.3000", "is_inside": True}]
    told = ask(started, "put", f"{V3}lists/heads/", {"revision": 2, "lines": heads})
    assert told.json()["heads"][0]["share"] == "0.3000"
    wrong = ask(started, "put", f"{V3}lists/limits/", {"revision": 3, "lines": [{}]})
    assert wrong.status_code == 422
    assert "0" in wrong.json()["errors"]["lines"]


def test_a_product_below_the_law_names_the_rule(started, bureau):
    started.force_login(bureau[1])
    refused = ask(started, "post", f"{V3}approve/", {"reason": "同意"})
    assert refused.status_code == 409
    assert any("粤应急规" in line for line in refused.json()["errors"]["lines"])


WRITES = [
    ("post", f"{ROOT}tariffs/", START),
    ("post", f"{ROOT}versions/", START),
    ("patch", T3, {"revision": 1, "note": "x"}),
    ("delete", f"{T3}?revision=1", {}),
    ("put", f"{T3}tables/base/", {"revision": 1, "cells": [{"keys": ["I"], "value": "1"}]}),
    ("put", f"{T3}bounds/", {"revision": 1}),
    ("put", f"{T3}cases/", {"revision": 1, "cases": []}),
    *(("post", f"{T3}{act}/", {"reason": "x"}) for act in ("check", "send", "approve", "return")),
    ("post", f"{T3}activate/", {}),
    ("patch", V3, {"revision": 1, "note": "x"}),
    ("put", f"{V3}lists/limits/", {"revision": 1, "lines": []}),
    ("post", f"{V3}approve/", {"reason": "x"}),
]


@pytest.mark.parametrize("kind", [Kind.INSURER, Kind.ASSOCIATION, Kind.ENTERPRISE])
@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_nobody_who_only_reads_changes_anything(method, path, body, kind, started):
    started.force_login(person(kind))
    assert ask(started, method, path, body).status_code == 403
    row = TariffVersion.objects.get(number=3)
    assert (row.state, row.revision, TariffVersion.objects.count()) == ("draft", 1, 3)


def test_they_read_every_version_drafts_included(started):
    started.force_login(person(Kind.INSURER))
    assert started.get(T3).json()["state"] == "draft"
    assert started.get(f"{T3}workbook/").content.startswith(b"PK")
    numbers = {row["number"] for row in started.get("/api/v1/tariffs/").json()["results"]}
    assert numbers == {1, 2, 3}
    assert ProductVersion.objects.count() == 3
