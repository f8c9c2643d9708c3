from importlib import import_module

from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "apps.rating"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("actors", "gate.actors", "gate.jobs", "shell"):
            import_module(f"{self.name}.{part}")
