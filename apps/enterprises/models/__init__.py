"""The register: enterprises, their sites, and the dated facts that scope and rating rest on.

Cover, pool, subsidy and statistics go by site: where the plant stands, not where the credit code
was issued. Facts are dated; a new value closes the old one, and any past day can be asked.
"""

from apps.enterprises.models.accidents import FatalAccident
from apps.enterprises.models.dated import Grade, Headcount, RiskFact
from apps.enterprises.models.enterprise import Enterprise
from apps.enterprises.models.site import Site, SiteShare

__all__ = ["Enterprise", "FatalAccident", "Grade", "Headcount", "RiskFact", "Site", "SiteShare"]
