from importlib import import_module

from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "apps.enrollment"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for part in ("shell", "jobs"):
            import_module(f"{self.name}.{part}")
