"""What the browser loads: all of it ours, all of it there, none of it heavy."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

pytestmark = pytest.mark.no_database

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
FIRST_LOAD = 250_000


def first_load():
    shown = render_to_string("base.html", {"title": "x"})
    return [STATIC / path for path in re.findall(r'(?:href|src)="/static/([^"#]+)"', shown)]


def packed(path):
    return len(gzip.compress(path.read_bytes()))


def test_the_first_load_fits_the_budget():
    files = first_load()
    assert {path.name for path in files} >= {"tabler.min.css", "htmx.min.js", "app.js"}
    assert sum(packed(path) for path in files) + packed(STATIC / "icons/sprite.svg") <= FIRST_LOAD


def test_style_sheets_load_nothing_that_is_not_there():
    missing = [
        f"{sheet.name}: {target}"
        for sheet in SHEETS
        for target in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text())
        if not target.startswith("data:") and not (sheet.parent / target).is_file()
    ]
    assert missing == []


def test_nothing_points_at_a_source_map():
    assert [path.name for path in SHEETS + SCRIPTS if "sourceMappingURL" in path.read_text()] == []


def test_our_own_sheets_and_scripts_name_no_other_site():
    own = [path for path in SHEETS + SCRIPTS if "vendor" not in path.parts]
    assert [path.name for path in own if re.search(r"https?://|//[a-z]", path.read_text())] == []


def test_the_script_stays_small():
    assert len((STATIC / "js/app.js").read_text().splitlines()) <= 200


def test_every_vendored_file_has_its_licence_and_its_version():
    versions = (STATIC / "vendor/VERSIONS").read_text()
    for folder in (path for path in (STATIC / "vendor").iterdir() if path.is_dir()):
        assert (folder / "LICENSE").is_file(), folder.name
        assert folder.name in versions


def test_every_static_file_a_template_names_exists():
    named = {
        target
        for path in TEMPLATES
        for target in re.findall(r'{% static "([^"]+)" %}', path.read_text())
    }
    assert [target for target in sorted(named) if not (STATIC / target).is_file()] == []


def test_every_icon_named_anywhere_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons/sprite.svg").read_text()))
    named = {
        (name, str(path.relative_to(ROOT)))
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    named |= {
        (name, str(path.relative_to(ROOT)))
        for path in (ROOT / "apps").rglob("*.py")
        for name in re.findall(r'(?:icon=|"icon": )"([a-z0-9-]+)"', path.read_text())
    }
    assert sorted((name, path) for name, path in named if name not in drawn) == []


def test_components_are_included_with_only_what_they_are_given():
    loose = [
        f"{path.relative_to(ROOT)}: {tag}"
        for path in TEMPLATES
        for tag in re.findall(r'{% include "components/[^%]+%}', path.read_text())
        if not tag.endswith(" only %}")
    ]
    assert loose == []


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "ground"),
        ("muted", "ground"),
        ("muted", "primary-tint"),
        ("primary", "ground"),
        ("primary-strong", "primary-tint"),
        ("green", "green-tint"),
        ("amber", "amber-tint"),
        ("red", "red-tint"),
    ],
)
def test_words_stand_out_from_their_ground(ink, ground):
    sheet = (STATIC / "css/base.css").read_text()
    colours = dict(re.findall(r"--sli-([a-z-]+): (#[0-9a-f]{6});", sheet))
    assert contrast(colours[ink], colours[ground]) >= 4.5
