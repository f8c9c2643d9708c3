from importlib import import_module

from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "apps.pools"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for module in ("shell", "actors"):
            import_module(f"{self.name}.{module}")
