"""`manage.py share_round`: the same arithmetic for anyone, without a database."""

import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.no_database

WORKED = [
    {"code": "A", "share": 3500, "business": 26, "score": 72},
    {"code": "B", "share": 2500, "business": "31", "score": 88.0},
    {"code": "C", "share": 1800, "business": 19.00, "score": "80"},
    {"code": "D", "share": 1200, "business": "19.00", "score": 93, "probation": False},
    {"code": "E", "share": 1000, "business": 5, "score": 60},
]
ANSWER = {"A": 3200, "B": 2748, "C": 1744, "D": 1500, "E": 808}


def asked(text: str | bytes):
    """What the command says on both channels, and its exit code."""
    given_in = text if isinstance(text, bytes) else text.encode()
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given_in))
    code = 0
    try:
        call_command("share_round", stdout=out, stderr=err)
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdin = before
    return code, out.getvalue(), err.getvalue()


def answer(members, **terms):
    code, out, err = asked(json.dumps({"members": members, "terms": terms}))
    assert (code, err) == (0, "")
    return json.loads(out)


def member(**fields):
    return {"code": "A", "share": 10_000, "business": 1, "score": 80} | fields


def refused(document) -> str:
    code, out, err = asked(json.dumps(document))
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    return err.strip()


def test_the_worked_example_without_any_environment():
    """No database, no key: a bare shell is enough."""
    done = subprocess.run(
        [sys.executable, "manage.py", "share_round"],
        input=json.dumps({"members": WORKED}),
        capture_output=True,
        text=True,
        cwd=django_settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"shares": ANSWER, "notes": []}


def test_missing_terms_are_those_of_the_design():
    assert answer(WORKED)["shares"] == ANSWER
    design = {
        "damping": "0.4",
        "business_weight": 0.6,
        "score_slope": 0.5,
        "score_norm": 80,
        "floor": 300,
        "cap": 4000,
        "step": 300,
        "entry": 500,
    }
    assert answer(WORKED, **design)["shares"] == ANSWER


def test_figures_are_read_exactly_however_they_are_written():
    """A third of a fen more is a third of a fen more; a float would lose it."""
    exact = ["0.1", "0.2", "0.3", "0.1000000000000000000000000001", "0.3"]
    as_text = [row | {"business": figure} for row, figure in zip(WORKED, exact, strict=True)]
    document = json.dumps({"members": as_text})
    as_numbers = document
    for figure in exact:
        as_numbers = as_numbers.replace(f'"business": "{figure}"', f'"business": {figure}')
    assert as_numbers != document
    assert asked(as_numbers) == asked(document)


def test_every_relaxation_is_noted():
    told = answer([member(share=6000), member(code="B", share=4000)])
    assert told["shares"] == {"A": 5700, "B": 4300}
    assert told["notes"] == [
        "成员少，上限 40.00% 无法满足，放宽为 50.00%。",
        "A 的份额 60.00% 高于上限，逐期降至 50.00%。",
    ]


def test_an_entrant_needs_no_results_and_what_a_leaver_had_is_told():
    told = answer([*WORKED[:4], {"code": "N", "share": None}])
    assert sum(told["shares"].values()) == 10_000
    assert "N 新加入，起始份额 5.00%。" in told["notes"]
    assert "退出的成员留下 10.00%，由留下的成员按原份额比例承接。" in told["notes"]


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", '{"members": [NaN]}', b"\xff\xfe{}", "[" * 100_000]
)
def test_what_is_no_json_ends_with_two(text):
    code, out, err = asked(text)
    assert (code, out) == (2, "")
    assert err.startswith("输入不是有效的 JSON")
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "输入应是一个 JSON 对象。"),
        ({"members": []}, "至少有一个成员"),
        ({"members": {}}, "至少有一个成员"),
        ({"members": ["A"]}, "第 1 个成员应是一个 JSON 对象。"),
        ({"members": [member(code="")]}, "第 1 个成员的 code 应是非空文字。"),
        ({"members": [member(code=7)]}, "code 应是非空文字"),
        ({"members": [member(name="平安")]}, "不认识的“name”"),
        ({"members": [{"code": "A", "business": 1, "score": 1}]}, "新加入的成员填 null"),
        ({"members": [member(share=-1)]}, "成员 A 的“share”应是 0 到 10000 的整数基点"),
        ({"members": [member(share=12.5)]}, "现在是 12.5"),
        ({"members": [member(share=True)]}, "整数基点"),
        ({"members": [member(share=10_001)]}, "整数基点"),
        ({"members": [member(business=-1)]}, "成员 A 的“business”不能是负数，现在是 -1。"),
        ({"members": [member(business="许多")]}, "应是数字，现在是 许多。"),
        ({"members": [member(business="Infinity")]}, "应是数字"),
        ({"members": [member(business=None)]}, "应是数字，现在是 空。"),
        ({"members": [member(business="1e99999")]}, "应是数字"),
        ({"members": [member(score=101)]}, "“score”应在 0 到 100 之间，现在是 101。"),
        ({"members": [member(probation="no")]}, "true 或 false"),
        ({"members": [member(), member()]}, "成员 A 出现了不止一次。"),
        ({"members": [member(), member(code="B")]}, "合计 20000 个基点，超过 10000。"),
        ({"members": [member()], "terms": []}, "terms应是一个 JSON 对象。"),
        ({"members": [member()], "terms": 0}, "terms应是一个 JSON 对象。"),
        ({"members": [member()], "terms": {"damp": 1}}, "不认识的“damp”"),
        ({"members": [member()], "terms": {"damping": 1.5}}, "条款“damping”应在 0 到 1 之间"),
        ({"members": [member()], "terms": {"floor": 0.5}}, "条款“floor”"),
        ({"members": [member()], "terms": {"floor": 5000}}, "下限 floor 5000 高于上限 cap 4000。"),
        ({"members": [member()], "period": 1}, "不认识的“period”"),
    ],
)
def test_bad_input_ends_with_one_and_one_sentence(document, sentence):
    assert sentence in refused(document)


def test_a_name_written_twice_is_refused():
    code, out, err = asked('{"members": [{"code": "A", "share": 1, "share": 2}]}')
    assert (code, out) == (1, "")
    assert "“share”在同一处写了两次。" in err


members = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 10**9), st.integers(0, 1000)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(members, st.randoms(use_true_random=False), st.integers(1, 10**6))
def test_order_and_the_unit_of_money_do_not_matter(drawn, random, unit):
    rows = [
        member(code=f"I{n:02}", share=share, business=str(Decimal(fen) / 100), score=tenths / 10)
        for n, (share, fen, tenths) in enumerate(drawn)
    ]
    shuffled = [row | {"business": str(Decimal(row["business"]) * unit)} for row in rows]
    random.shuffle(shuffled)
    assert answer(shuffled) == answer(rows)
    assert sum(answer(rows)["shares"].values()) == 10_000
