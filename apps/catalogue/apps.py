from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "apps.catalogue"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("actors", "cards", "shell"):
            import_module(f"{self.name}.{part}")
