import gettext
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.core import catalogues
from apps.core.catalogues import Found, strings_of
from apps.core.untranslated import ALLOWED, untranslated_in, untranslated_python
from apps.core.untranslated import untranslated_template as untranslated_html

pytestmark = pytest.mark.no_database

PYTHON = """
    from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

    # 注释里的中文不算
    def check(n):
        \"\"\"文档里的中文不算。\"\"\"
        print(_("不能%(verb)s") % {"verb": "x"}, gettext_lazy("两段"
              "相连"))
        return ngettext("%(n)s 条", "%(n)s 条们", n), pgettext("月份", "三月")
"""
TEMPLATE = """
    {% load i18n %}
      <p title="{% translate "标题" %}">
    {% blocktranslate trimmed count n=rows|length with name=user.name %}
      {{ name }}有
      {{ n }} 条，占 5%
    {% plural %}
      {{ name }}有 {{ n }} 条们
    {% endblocktranslate %}
    {% include "x.html" with title=_("包含") only %}
      {{ value|default:_("没有") }}
    {% translate "三月" context "月份" %}
    {% blocktranslate %}占 {{ share }}%{% endblocktranslate %}
    {# 注释 #}{% comment %}{% translate "不要" %}{% endcomment %}
"""


def found_in(source: str, path: str) -> list[Found]:
    return list(strings_of(dedent(source), path))


def catalogue_of(**translations: str) -> tuple[Catalog, list[Found]]:
    catalogue, strings = Catalog(locale="en"), []
    for source, translation in translations.items():
        catalogue.add(source, translation)
        strings.append(Found("a.py", 1, (source,), None))
    return catalogue, strings


def test_strings_of_a_module():
    assert found_in(PYTHON, "a.py") == [
        Found("a.py", 7, ("不能%(verb)s",), None),
        Found("a.py", 7, ("两段相连",), None),
        Found("a.py", 9, ("%(n)s 条", "%(n)s 条们"), None),
        Found("a.py", 9, ("三月",), "月份"),
    ]


def test_strings_of_a_template():
    assert found_in(TEMPLATE, "a.html") == [
        Found("a.html", 3, ("标题",), None),
        Found("a.html", 4, ("%(name)s有 %(n)s 条，占 5%%", "%(name)s有 %(n)s 条们"), None),
        Found("a.html", 10, ("包含",), None),
        Found("a.html", 11, ("没有",), None),
        Found("a.html", 12, ("三月",), "月份"),
        Found("a.html", 13, ("占 %(share)s%%",), None),
    ]


def test_an_update_keeps_translations_and_drops_what_is_gone(tmp_path):
    path = tmp_path / "en" / "django.po"
    old, _ = catalogue_of(甲="A", 旧="old")
    old.add(("%(n)s 条", "%(n)s 条们"), ("%(n)s row", "%(n)s rows"))
    catalogues.write(path, old)
    strings = [
        Found("b.py", 9, ("乙",), None),
        Found("a.py", 3, ("甲",), None),
        Found("a.py", 7, ("%(n)s 条", "%(n)s 条们"), None),
    ]

    new = catalogues.updated(catalogues.read(path, "en"), strings)
    catalogues.write(path, new)

    read = catalogues.read(path, "en")
    assert [(message.id, message.string) for message in read if message.id] == [
        ("甲", "A"),
        (("%(n)s 条", "%(n)s 条们"), ("%(n)s row", "%(n)s rows")),
        ("乙", ""),
    ]


def test_updating_twice_changes_nothing(tmp_path):
    path = tmp_path / "django.po"
    strings = found_in(PYTHON, "a.py") + found_in(TEMPLATE, "a.html")
    catalogues.write(path, catalogues.updated(catalogues.read(path, "en"), strings))
    before = path.read_bytes()
    catalogues.write(path, catalogues.updated(catalogues.read(path, "en"), strings))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("甲", "A"),
        ("%(n)s 条", "%(n)s rows"),
        ("占 %(share)s%%", "%(share)s%% of all"),
        ("满15%", "15% reached"),
        ("{name}您好", "Hello {name}"),
    ],
)
def test_a_complete_language_has_no_complaints(source, translation):
    assert catalogues.complaints(*catalogue_of(**{source: translation})) == []


@pytest.mark.parametrize(
    ("source", "translation", "wrong"),
    [
        ("甲", "", "untranslated"),
        ("%(n)s 条", "%(count)s rows", "placeholders differ"),
        ("%(n)s 条", "rows", "placeholders differ"),
        ("%(n)s 条", "%(n)d rows", "placeholders differ"),
        ("{name}您好", "Hello", "placeholders differ"),
    ],
)
def test_each_gap_is_named_with_its_place(source, translation, wrong):
    complaints = catalogues.complaints(*catalogue_of(**{source: translation}))
    assert complaints == [f"a.py:1: {wrong}: {source!r}"]


def test_missing_fuzzy_and_left_over_strings_are_named():
    catalogue, strings = catalogue_of(甲="A")
    catalogue["甲"].flags.add("fuzzy")
    catalogue.add("旧", "old")
    strings.append(Found("b.py", 2, ("乙",), None))
    assert catalogues.complaints(catalogue, strings) == [
        "a.py:1: fuzzy: '甲'",
        "b.py:2: missing: '乙'",
        "no longer in the source: '旧'",
    ]


def test_a_plural_needs_every_form_and_only_one_may_leave_the_number_out():
    texts = ("%(n)s 条", "%(n)s 条")
    strings = [Found("a.py", 1, texts, None)]

    def complaints(*forms: str) -> list[str]:
        catalogue = Catalog(locale="en")
        catalogue.add(texts, forms)
        return catalogues.complaints(catalogue, strings)

    assert complaints("one row", "%(n)s rows") == []
    assert complaints("one row", "") == ["a.py:1: untranslated: '%(n)s 条'"]
    assert complaints("one row", "rows") == ["a.py:1: placeholders differ: '%(n)s 条'"]
    assert complaints("%(x)s row", "%(n)s rows") == ["a.py:1: placeholders differ: '%(n)s 条'"]


def test_a_compiled_catalogue_is_read_by_gettext(tmp_path):
    catalogue, _ = catalogue_of(甲="A")
    catalogue.add(("%(n)s 条", "%(n)s 条们"), ("one row", "%(n)s rows"))
    catalogue.add("三月", "March", context="月份")
    path = tmp_path / "django.mo"
    catalogues.compile_to(path, catalogue)

    with path.open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("甲") == "A"
    assert english.ngettext("%(n)s 条", "%(n)s 条们", 1) == "one row"
    assert english.ngettext("%(n)s 条", "%(n)s 条们", 2) == "%(n)s rows"
    assert english.pgettext("月份", "三月") == "March"
    assert [file.name for file in tmp_path.iterdir()] == ["django.mo"]


def test_the_command_brings_a_language_up_to_the_source_and_compiles_it(tmp_path, settings):
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "a.py").write_text('x = _("甲")\n')
    po = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    said = StringIO()

    with pytest.raises(CommandError, match="1 to mend"):
        call_command("compile_catalogues", check=True, stderr=said)
    assert said.getvalue() == "apps/a.py:1: missing: '甲'\n"
    assert not po.exists()

    call_command("compile_catalogues", update=True)
    po.write_text(po.read_text().replace('"甲"\nmsgstr ""', '"甲"\nmsgstr "A"'))
    call_command("compile_catalogues", check=True)
    call_command("compile_catalogues")
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("甲") == "A"


def test_chinese_outside_gettext_is_found_in_a_module():
    source = dedent(PYTHON) + '\nLABEL = "标签"\nname = f"共{1}"\nx = _(f"{1}条")\n'
    found = sorted(untranslated_python(source, "a.py"))
    assert [(line, text) for _path, line, text in found] == [(11, "标签"), (12, "共"), (13, "条")]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        (TEMPLATE, []),
        ("<p>\n  裸露的字</p>", ["裸露的字</p>"]),
        ('{% include "x" with title="标题" %}', ['include "x" with title="标题"']),
        ('{{ value|default:"无" }}', ['value|default:"无"']),
        ("{% blocktrans %}好{% endblocktrans %}坏", ["坏"]),
        ("<!-- 会发给读者 -->", ["<!-- 会发给读者 -->"]),
        ('<a lang="zh-hans">中文</a>', []),
    ],
)
def test_chinese_outside_translation_tags_is_found_in_a_template(source, texts):
    assert [found.text for found in untranslated_html(dedent(source), "a.html")] == texts


def test_line_numbers_lead_to_the_place():
    (found,) = untranslated_html("<p>\n\n  一\n</p>", "a.html")
    assert found.line == 3


def test_everything_people_see_can_be_translated():
    found = untranslated_in(settings.BASE_DIR)
    assert [f"{path}:{line}: {text}" for path, line, text in found] == []


def test_every_exception_still_has_its_file():
    files = [path.relative_to(settings.BASE_DIR) for path in Path(settings.BASE_DIR).rglob("*.py")]
    named = {pattern for pattern in ALLOWED if not pattern.startswith("*")}
    assert named <= {file.as_posix() for file in files}
