"""Pools and share rounds for other systems: the same services, rights and scope as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.pools import serializers as s
from apps.pools import services
from apps.pools.models import Agreement, Objection, Pool, ShareRound
from apps.pools.selectors import pools_with_shares
from apps.pools.selectors.rounds import rounds_for, what_if

P = Permission
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
SHOWN = ("pool", "agreement", "table")


class PoolsView(GenericAPIView[Pool]):
    """The pools with their members; shares of today for those who may see them."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = Pool.objects.none()
    serializer_class = s.PoolSerializer
    filter_backends = ()
    pagination_class = None
    request: UserApiRequest

    @extend_schema(responses=s.PoolSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        rows = pools_with_shares(request.user, timezone.localdate())
        return Response(self.get_serializer(rows, many=True).data)


class AgreementsView(GenericAPIView[Agreement]):
    """Co-insurance agreements, newest first."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = Agreement.objects.none()
    serializer_class = s.AgreementSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=s.AgreementSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        rows = Agreement.objects.visible_to(request.user).select_related("pool")
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class RoundsView(GenericAPIView[ShareRound]):
    """Share rounds, newest first."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = ShareRound.objects.none()
    serializer_class = s.RoundSerializer
    filterset_fields = ("state",)
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[ShareRound]:
        rows = ShareRound.objects.visible_to(self.request.user).select_related(*SHOWN)
        return rows.defer("inputs", "worksheet")

    @extend_schema(responses=s.RoundSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneRound(GenericAPIView[ShareRound]):
    """What the views of one round share."""

    queryset = ShareRound.objects.none()
    serializer_class: Any = s.RoundDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    def row(self) -> ShareRound:
        return get_object_or_404(rounds_for(self.request.user), public_id=self.kwargs["public_id"])

    def given(self, serializer: type[Any]) -> dict[str, Any]:
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def shown(self, *, status: int = 200) -> Response:
        rows = rounds_for(self.request.user).select_related(*SHOWN)
        rows = rows.prefetch_related("approvals__insurer", "objections__insurer")
        found = rows.get(public_id=self.kwargs["public_id"])
        return Response(s.RoundDetailSerializer(found).data, status=status)


class RoundView(OneRound):
    """One share round with its frozen document, its worksheet and what members answered."""

    permission = {"GET": P.VIEW_POOLS}

    @extend_schema(responses=s.RoundDetailSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        self.row()
        return self.shown()


class OpenRoundView(GenericAPIView[Pool]):
    """Begin the round of a pool's newest period that is over."""

    permission = {"POST": P.MANAGE_POOLS}
    queryset = Pool.objects.none()
    serializer_class: Any = s.RoundSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=None, responses={201: s.RoundSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        pool = get_object_or_404(Pool.objects.visible_to(request.user), public_id=public_id)
        made = services.open_round(pool=pool, today=timezone.localdate(), by=request.user)
        return Response(s.RoundSerializer(made).data, status=201)


class AskView(OneRound):
    """Open the window for objections and ask every member for its consent."""

    permission = {"POST": P.MANAGE_POOLS}

    @extend_schema(request=None, responses=s.RoundDetailSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        services.ask_members(share_round=self.row(), today=timezone.localdate(), by=request.user)
        return self.shown()


class ApprovalView(OneRound):
    """Consent of the caller's own organisation to the figures that bear this hash."""

    permission = {"POST": P.ANSWER_SHARES}

    @extend_schema(
        request=s.ConsentSerializer, responses={201: s.RoundDetailSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        seen = self.given(s.ConsentSerializer)["inputs_hash"]
        services.approve_round(
            share_round=self.row(), seen_hash=seen, now=timezone.now(), by=request.user
        )
        return self.shown(status=201)


class ObjectionsView(OneRound):
    """Object to a round while its window is open."""

    permission = {"POST": P.ANSWER_SHARES}

    @extend_schema(
        request=s.NewObjectionSerializer, responses={201: s.ObjectionSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        text = self.given(s.NewObjectionSerializer)["text"]
        raised = services.object_to_round(
            share_round=self.row(), text=text, today=timezone.localdate(), by=request.user
        )
        return Response(s.ObjectionSerializer(raised).data, status=201)


class AnswerView(GenericAPIView[Objection]):
    """Answer an objection; one that is upheld leads the round back to its inputs."""

    permission = {"POST": P.MANAGE_POOLS}
    queryset = Objection.objects.none()
    serializer_class: Any = s.ObjectionSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=s.ObjectionAnswerSerializer, responses=s.ObjectionSerializer, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = s.ObjectionAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rows = Objection.objects.visible_to(request.user).select_related("share_round", "insurer")
        found = get_object_or_404(rows, public_id=public_id)
        answered = services.answer_objection(
            objection=found, now=timezone.now(), by=request.user, **given.validated_data
        )
        return Response(s.ObjectionSerializer(answered).data)


class PublicationView(OneRound):
    """Publish an approved round: the next table of shares, from a later day on."""

    permission = {"POST": P.MANAGE_POOLS}

    @extend_schema(
        request=s.PublicationSerializer,
        responses={201: s.RoundDetailSerializer},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        services.publish_round(
            share_round=self.row(),
            today=timezone.localdate(),
            now=timezone.now(),
            by=request.user,
            **self.given(s.PublicationSerializer),
        )
        return self.shown(status=201)


class WhatIfView(OneRound):
    """The shares if figures were others; computes and stores nothing."""

    permission = {"POST": P.VIEW_POOLS}

    @extend_schema(request=s.WhatIfSerializer, responses=s.EffectSerializer(many=True))
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = self.row()
        given = self.given(s.WhatIfSerializer)
        changes = {
            one["code"]: {key: one[key] for key in one if key != "code"} for one in given["members"]
        }
        return Response(s.EffectSerializer(what_if(row, changes), many=True).data)
