from importlib import import_module

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "apps.enterprises"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("shell", "jobs", "papers"):
            import_module(f"{self.name}.{part}")
