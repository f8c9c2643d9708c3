"""Every act that the code writes down has words for people."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from apps.accounts.actions import ACTIONS

SOURCES = [
    path
    for config in apps.get_app_configs()
    if config.name.startswith("apps.")
    for path in sorted(Path(config.path).rglob("*.py"))
]


def recorded(path):
    """The action codes that a file passes to audit.record."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "record"}:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


@pytest.mark.no_database
def test_every_action_in_the_code_has_a_name_for_people():
    used = {action for path in SOURCES for action in recorded(path)}

    assert used
    assert used - set(ACTIONS) == set()


@pytest.mark.no_database
def test_no_action_is_named_that_nobody_writes_down():
    text = "\n".join(path.read_text() for path in SOURCES if path.name != "actions.py")

    assert [action for action in ACTIONS if f'"{action}"' not in text] == []
