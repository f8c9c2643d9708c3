from importlib import import_module

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "apps.duty"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("actors", "papers", "shell", "jobs", "effects"):
            import_module(f"{self.name}.{part}")
