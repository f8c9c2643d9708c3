from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "apps.messaging"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("effects", "cards"):
            import_module(f"{self.name}.{part}")
