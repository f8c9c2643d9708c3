from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("actors", "effects", "sentences"):
            import_module(f"{self.name}.{part}")
