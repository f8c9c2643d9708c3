"""The API of accounts: who is asking, and the institutions of the programme."""

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView, RetrieveAPIView

from apps.accounts.filters import OrganisationFilter
from apps.accounts.guards import UserApiRequest
from apps.accounts.models import Organisation, User
from apps.accounts.roles import Permission
from apps.accounts.selectors import directory_for
from apps.accounts.serializers import MeSerializer, OrganisationSerializer


class MeView(RetrieveAPIView[User]):
    """Whoever is signed in."""

    permission = Permission.USE_DESK
    serializer_class = MeSerializer
    request: UserApiRequest

    def get_object(self) -> User:
        return self.request.user


class OrganisationsView(ListAPIView[Organisation]):
    """Bureaus, insurers, agencies and the other institutions."""

    permission = Permission.VIEW_ORGANISATION
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    queryset = Organisation.objects.none()  # for the schema; rows come from get_queryset
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Organisation]:
        return directory_for(self.request.user).select_related("district", "town", "sector")
