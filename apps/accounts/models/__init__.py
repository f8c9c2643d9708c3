from apps.accounts.models.invitation import Invitation
from apps.accounts.models.organisation import Organisation, OrganisationName
from apps.accounts.models.user import User

__all__ = ["Invitation", "Organisation", "OrganisationName", "User"]
