from apps.catalogue.services.shipped import load_catalogue
from apps.catalogue.services.versions import (
    activate_version,
    approve_version,
    check_tariff,
    retire_version,
    return_version,
)

__all__ = [
    "activate_version",
    "approve_version",
    "check_tariff",
    "load_catalogue",
    "retire_version",
    "return_version",
]
