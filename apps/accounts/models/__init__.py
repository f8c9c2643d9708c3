from apps.accounts.models.invitation import Invitation
from apps.accounts.models.key import ApiKey
from apps.accounts.models.organisation import Organisation, OrganisationName
from apps.accounts.models.user import User

__all__ = ["ApiKey", "Invitation", "Organisation", "OrganisationName", "User"]
