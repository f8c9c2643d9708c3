from apps.reference.models.articles import PolicyArticle
from apps.reference.models.base import RELEASE, Certainty, LegalLevel
from apps.reference.models.calendar import StatutoryDay, StatutoryYear
from apps.reference.models.industries import (
    ActivityTag,
    CategoryIndustry,
    Industry,
    IndustrySynonym,
    PolicyCategory,
    Sector,
    SectorIndustry,
    TypicalTag,
)
from apps.reference.models.parameters import Parameter, ParameterKey
from apps.reference.models.places import District, Town
from apps.reference.models.scope import ScopeRule
from apps.reference.models.tables import (
    AccidentCause,
    DisabilityGrade,
    DisabilityTable,
    LoadedFile,
)

__all__ = [
    "RELEASE",
    "AccidentCause",
    "ActivityTag",
    "CategoryIndustry",
    "Certainty",
    "DisabilityGrade",
    "DisabilityTable",
    "District",
    "Industry",
    "IndustrySynonym",
    "LegalLevel",
    "LoadedFile",
    "Parameter",
    "ParameterKey",
    "PolicyArticle",
    "PolicyCategory",
    "ScopeRule",
    "Sector",
    "SectorIndustry",
    "StatutoryDay",
    "StatutoryYear",
    "Town",
    "TypicalTag",
]
