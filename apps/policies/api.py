"""Policies for other systems: the same rights, scope and conditions as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue.selectors.limits import coverage_lines
from apps.policies.filters import PolicyFilter
from apps.policies.models import Policy
from apps.policies.selectors.shares import parts_of
from apps.policies.serializers import PolicyDetailSerializer, PolicySerializer
from apps.policies.tabs import SHOWN_WITH, terms_today

P = Permission


class PoliciesView(GenericAPIView[Policy]):
    """Policies, newest first."""

    permission = {"GET": P.VIEW_POLICIES}
    queryset = Policy.objects.none()
    serializer_class = PolicySerializer
    filterset_class = PolicyFilter
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Policy]:
        rows = Policy.objects.visible_to(self.request.user).for_list()
        return rows.select_related(*SHOWN_WITH)

    @extend_schema(responses=PolicySerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class PolicyView(GenericAPIView[Policy]):
    """One policy with its cover, its shares and its working."""

    permission = {"GET": P.VIEW_POLICIES}
    queryset = Policy.objects.none()
    serializer_class = PolicyDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=PolicyDetailSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        rows = Policy.objects.visible_to(request.user).select_related(*SHOWN_WITH)
        found: Any = get_object_or_404(rows, public_id=public_id)
        found.parts = parts_of(found, request.user)
        terms, choice, _premium = terms_today(found, timezone.localdate())
        found.coverage = coverage_lines(
            found.product_version, choice, insured_count=terms.heads, deductible=terms.deductible
        )
        return Response(self.get_serializer(found).data)
