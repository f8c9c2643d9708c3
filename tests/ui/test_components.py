"""The shared parts of pages, drawn by themselves."""

import datetime as dt
import re

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

pytestmark = pytest.mark.no_database


def drawn(component, address="/list/", **values):
    request = RequestFactory().get(address)
    return " ".join(render_to_string(f"components/{component}.html", values, request).split())


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_a_status_is_dot_words_since_when_and_who_is_next():
    status = {
        "tone": "waiting",
        "label": "待核保",
        "since": dt.date(2026, 3, 2),
        "next": "保险公司",
        "due": dt.date(2026, 3, 9),
        "left": 5,
    }
    shown = drawn("status", status=status)
    assert 'tone-waiting" aria-hidden="true"' in shown
    assert words(shown) == "待核保 自 2026-03-02 下一步：保险公司 2026-03-09 前，还有 5 个工作日"


def test_an_overdue_date_says_so_in_words():
    assert words(drawn("due", due=dt.date(2026, 3, 9), overdue=True)) == (
        "已超期，应于 2026-03-09 前办结"
    )


def test_the_last_day_is_not_mistaken_for_an_unknown_number_of_days():
    assert "还有 0 个工作日" in words(drawn("due", due=dt.date(2026, 3, 9), left=0))


def test_zero_is_a_value_and_nothing_is_said_to_be_missing():
    facts = [{"label": "派遣工", "value": 0}, {"label": "等级", "value": ""}]
    assert words(drawn("facts", facts=facts)) == "派遣工 0 等级 未填写"


def test_sorting_turns_round_and_keeps_the_conditions():
    shown = drawn("sort_header", "/list/?q=五金&page=3", key="name", label="企业", sort="name")
    assert 'aria-sort="ascending"' in shown
    assert 'href="?q=%E4%BA%94%E9%87%91&amp;sort=-name"' in shown


def test_pages_keep_the_conditions_and_name_the_current_one():
    page = Paginator(range(100), 10).get_page(2)
    shown = drawn("pagination", "/list/?q=a&page=2", page=page)
    assert 'rel="prev" href="?q=a&amp;page=1"' in shown
    assert 'rel="next" href="?q=a&amp;page=3"' in shown
    assert "第 2 页，共 10 页" in words(shown)
    assert shown.count('aria-current="page"') == 1


def test_a_long_list_goes_on_by_key_where_numbers_end():
    page = Paginator(range(100), 10).get_page(10)
    page.after = "ent_k"
    assert 'rel="next" href="?q=a&amp;after=ent_k"' in drawn(
        "pagination", "/?q=a&page=10", page=page
    )
    page.is_keyset = True
    shown = drawn("pagination", "/?q=a&after=ent_a", page=page)
    assert 'rel="next" href="?q=a&amp;after=ent_k"' in shown
    assert words(shown) == "回到第一页 下一页"


def test_a_count_that_stopped_early_says_so():
    assert words(drawn("result_count", total=1001, total_text="1,000+")) == "共 1,000+ 条"
    assert words(drawn("result_count", total=1234, filtered=True)) == "符合条件 1,234 条"


def test_one_page_needs_no_pages():
    assert drawn("pagination", page=Paginator(range(3), 10).get_page(1)).strip() == ""


@pytest.mark.parametrize("kind", ["nothing", "no-result", "not-allowed"])
def test_the_three_kinds_of_emptiness_look_different(kind):
    others = {"nothing", "no-result", "not-allowed"} - {kind}
    shown = drawn("empty", kind=kind, title="空", action_url="/x/", action_label="去办")
    assert f"blank-{kind}" in shown
    assert not any(f"blank-{other}" in shown for other in others)


def test_only_the_four_first_entries_reach_the_phone_bar():
    nav = [{"label": f"项{n}", "url": f"/{n}/", "icon": "home"} for n in range(7)]
    bar, sheet = drawn("shell/bottombar", nav=nav, next="/").split("<details", 1)
    assert [f"项{n}" in bar for n in range(7)] == [True] * 4 + [False] * 3
    assert [f"项{n}" in sheet for n in range(7)] == [False] * 4 + [True] * 3


def test_a_masked_value_asks_for_a_reason_and_is_never_in_the_page():
    shown = drawn("masked", label="电话", value="138****8000", reveal_url="/r/", csrf_token="t")
    assert 'method="post" action="/r/"' in shown
    assert 'name="reason"' in shown
    assert "required" in shown


def test_a_masked_value_without_a_right_has_no_button():
    assert words(drawn("masked", label="电话", value="138****8000")) == "138****8000"


def test_states_tell_in_words_what_their_marks_show():
    statuses = ["done", "current", "next", "other", "ended"]
    shown = drawn("states", states=[{"label": status, "status": status} for status in statuses])
    assert words(shown) == "done 已完成 current 当前 next 下一步可以 other 未到达 ended 已终止"
    assert shown.count('aria-current="step"') == 1


def test_an_unknown_total_draws_a_bar_without_a_figure():
    assert "排队中" in drawn("progress", value=0, maximum=0, label="进度")
    assert 'value="3" max="10"' in drawn("progress", value=3, maximum=10, label="进度")


def test_the_page_of_a_fault_needs_nothing_around_it():
    shown = render_to_string("500.html", {"request_id": "req_1a2b"})
    assert "req_1a2b" in shown
    assert "<form" not in shown
    assert render_to_string("500.html")
