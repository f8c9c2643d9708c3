"""What import-linter cannot see: foreign keys by string, and migrations."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.no_database

CONTRACTS = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text())
ORDER = CONTRACTS["tool"]["importlinter"]["contracts"][0]["layers"]
HEIGHT = {
    name.strip(" ()"): len(ORDER) - depth
    for depth, layer in enumerate(ORDER)
    for name in layer.split("|")
}
OURS = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]


def test_every_app_has_a_place_in_the_order():
    assert {config.label for config in OURS} <= set(HEIGHT)


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_foreign_keys_point_downwards(config):
    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model._meta.label}"
        for model in config.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if HEIGHT.get(field.related_model._meta.app_label, 0) > HEIGHT[config.label]
    ]
    assert upward == []


def test_migrations_depend_downwards():
    loader = MigrationLoader(None)
    upward = [
        f"{key} -> {parent}"
        for key, migration in loader.disk_migrations.items()
        for parent in migration.dependencies
        if key[0] in HEIGHT and HEIGHT.get(parent[0], 0) > HEIGHT[key[0]]
    ]
    assert upward == []
