"""Parts that are drawn once: the same values bring the same part, and nobody another's."""

from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.utils import translation

from apps.accounts.shell import Line, Who
from apps.core.templatetags import kept

TOPBAR = """{% kept "components/shell/topbar.html" who=who next=next csrf_token=csrf_token %}"""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept.part.cache_clear()
    yield
    kept.part.cache_clear()


def topbar(name: str, **given: str) -> str:
    facts = {"who": Who(name, "南海区应急管理局", "经办人"), "next": "/", "csrf_token": "t1"}
    return Template(TOPBAR).render(Context(facts | given))


def test_the_same_values_are_drawn_once_and_another_person_anew() -> None:
    assert topbar("何敏") == topbar("何敏")
    assert kept.part.cache_info().misses == 1
    assert "何敏" not in topbar("林涛")
    assert kept.part.cache_info().misses == 2


def test_token_and_way_back_are_those_of_the_request() -> None:
    topbar("何敏", csrf_token="first", next="/one/")
    second = topbar("何敏", csrf_token="second", next='/two/?q="><b>')
    assert 'value="second"' in second
    assert "first" not in second
    assert "/one/" not in second
    assert 'value="/two/?q=&quot;&gt;&lt;b&gt;"' in second
    assert not any(mark in second for mark in kept.FILLED_IN.values())
    assert kept.part.cache_info().misses == 1


def test_without_a_token_no_token_is_sent() -> None:
    assert "csrfmiddlewaretoken" not in topbar("何敏", csrf_token="")


def test_names_are_escaped() -> None:
    assert "<script>" not in topbar("<script>")


def test_each_language_has_its_own() -> None:
    chinese = topbar("何敏")
    with translation.override("en"):
        assert topbar("何敏") != chinese


def test_the_number_of_things_to_do_is_todays() -> None:
    template = Template("""{% kept "components/shell/sidebar.html" nav=nav home="/" %}""")
    entry = {"label": "投保申请", "url": "/a/", "icon": "home", "active": False, "short": "投保"}
    drawn = [template.render(Context({"nav": (Line(count=n, **entry),)})) for n in (3, 4)]
    assert [">3<" in drawn[0], ">4<" in drawn[1]] == [True, True]
