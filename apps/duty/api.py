"""The ledger for other systems: the same rights, scope and conditions as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_key
from apps.duty.filters import DutyFilter
from apps.duty.models import Letter, SiteDuty
from apps.duty.selectors.ledger import line_of
from apps.duty.serializers import (
    DutySerializer,
    JobStartedSerializer,
    LetterSerializer,
    SendSerializer,
)
from apps.duty.services.letters import send_letters
from apps.enterprises.models import Site

P = Permission
ALONG = ("site", "enterprise", "district", "town", "sector")


class DutiesView(GenericAPIView[SiteDuty]):
    """The ledger of a day (`on`, today by default); those to follow up unless `view` says else."""

    permission = {"GET": P.VIEW_DUTY}
    queryset = SiteDuty.objects.none()
    serializer_class = DutySerializer
    filterset_class = DutyFilter
    request: UserApiRequest

    @extend_schema(responses=DutySerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        rows = self.filter_queryset(SiteDuty.objects.none()).select_related(*ALONG)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DutyView(GenericAPIView[SiteDuty]):
    """The whole line of a site: what it was, is and will be unless something changes."""

    permission = {"GET": P.VIEW_DUTY}
    queryset = SiteDuty.objects.none()
    serializer_class = DutySerializer
    filter_backends = ()
    pagination_class = None
    request: UserApiRequest

    @extend_schema(operation_id="v1_duty_line", responses=DutySerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        site = get_object_or_404(Site.objects.visible_to(request.user), public_id=public_id)
        return Response(self.get_serializer(line_of(site, request.user), many=True).data)


class LettersView(GenericAPIView[Letter]):
    """Letters that were sent; or send some, as a job."""

    permission = {"GET": P.VIEW_DUTY, "POST": P.SUPERVISE_DUTY}
    queryset = Letter.objects.none()
    serializer_class = LetterSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Letter]:
        rows = Letter.objects.visible_to(self.request.user)
        return rows.select_related("site", "paper")

    @extend_schema(responses=LetterSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=SendSerializer, responses={202: JobStartedSerializer})
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        asked = SendSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        terms: dict[str, Any] = asked.validated_data
        job = send_letters(today=timezone.localdate(), by=request.user, **terms)
        return Response({"job": job.public_id}, status=202)
