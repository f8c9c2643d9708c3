from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "apps.billing"

    def ready(self) -> None:
        # What others find by name in a registry must have been loaded.
        for module in ("shell", "actors", "papers", "monthly.desk", "commission.desk"):
            import_module(f"{self.name}.{module}")
