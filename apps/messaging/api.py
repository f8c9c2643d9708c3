"""The API of notices: one's own, newest first."""

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.messaging.filters import NoticeFilter
from apps.messaging.models import Notice
from apps.messaging.serializers import NoticeSerializer


class NoticesView(ListAPIView[Notice]):
    """What the platform told whoever is signed in."""

    permission = Permission.USE_DESK
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    queryset = Notice.objects.none()  # for the schema; rows come from get_queryset
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.request.user)
