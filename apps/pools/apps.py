from importlib import import_module

from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "apps.pools"

    def ready(self) -> None:
        import_module("apps.pools.shell")
