from importlib import import_module

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "apps.policies"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("copies.actors", "copies.letters", "copies.shell", "shell", "papers", "jobs"):
            import_module(f"{self.name}.{part}")
