from apps.reference.services.calendar import load_working_days
from apps.reference.services.industries import load_industries
from apps.reference.services.parameters import set_parameter
from apps.reference.services.shipped import load_reference

__all__ = ["load_industries", "load_reference", "load_working_days", "set_parameter"]
