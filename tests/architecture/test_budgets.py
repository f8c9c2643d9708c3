"""The house stays small."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.no_database

ROOT = Path(settings.BASE_DIR)
SOURCES = [
    path
    for folder in ("apps", "foshan_sli", "ops", "benchmarks", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name(path):
    return str(path.relative_to(ROOT))


def functions(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1, node


def test_no_file_is_longer_than_400_lines():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_no_template_is_longer_than_150_lines():
    lengths = {name(path): len(path.read_text().splitlines()) for path in TEMPLATES}
    assert {path: length for path, length in lengths.items() if length > 150} == {}


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{name(path)}: {function} {length}"
        for path in SOURCES
        if "tests" not in path.parts
        for function, length, _node in functions(path)
        if length > 50
    ]
    assert long == []


def test_no_view_is_longer_than_25_lines():
    long = [
        f"{name(path)}: {function} {length}"
        for path in SOURCES
        if path.parent.name == "views" or path.name == "views.py"
        for function, length, node in functions(path)
        if length > 25 and node.args.args and node.args.args[0].arg == "request"
    ]
    assert long == []


def test_templates_carry_no_script_style_or_foreign_address():
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|(?:src|href)=[\"'](?:https?:)?//"
    )
    found = [
        f"{name(path)}:{number} {line.strip()[:80]}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []
