"""The feed of copied reports, oldest first, and their acknowledgement by other systems."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.forms import PeriodForm
from apps.accounts.guards import UserApiRequest
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.policies.copies.models import CopiedReport
from apps.policies.copies.selectors import lateness, received
from apps.policies.copies.serializers import (
    ChosenSerializer,
    CopiedReportSerializer,
    DoneSerializer,
    FeedSerializer,
    LatenessSerializer,
)
from apps.policies.copies.services import acknowledge

P = Permission
PAGE = 200
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
AFTER = OpenApiParameter("after", str, description="The last id that was read; empty: all of them.")
SINCE = OpenApiParameter("since", str, description="First day; this month when left out.")
UNTIL = OpenApiParameter("until", str, description="Last day.")


class CopiesView(GenericAPIView[CopiedReport]):
    """What came to one's own organisation after the row named by `after`, oldest first.

    No row is ever passed over: one whose transaction is still open holds back those after it.
    """

    permission = {"GET": P.RECEIVE_COPIES}
    queryset = CopiedReport.objects.none()
    serializer_class: Any = FeedSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=FeedSerializer, parameters=[AFTER])
    def get(self, request: UserApiRequest) -> Response:
        last = request.GET.get("after", "")
        rows = list(feed(request.user, last)[:PAGE])
        shown = CopiedReportSerializer(rows, many=True).data
        return Response({"results": shown, "next": rows[-1].public_id if rows else last})


def feed(user: User, last: str) -> QuerySet[CopiedReport]:
    own = received(user)
    rows = own.settled().order_by("written_in", "pk")
    if not last:
        return rows
    before = own.filter(public_id=last).first()
    if before is None:
        raise ValidationError({"after": [_("没有这一件抄报；请从头读取。")]})
    later = Q(written_in=before.written_in, pk__gt=before.pk)
    return rows.filter(later | Q(written_in__gt=before.written_in))


class AcknowledgementsView(GenericAPIView[CopiedReport]):
    """Acknowledge some by their ids; others' and those done already are left as they are."""

    permission = {"POST": P.RECEIVE_COPIES}
    queryset = CopiedReport.objects.none()
    serializer_class: Any = ChosenSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=ChosenSerializer, responses=DoneSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = ChosenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rows = received(request.user).filter(public_id__in=given.validated_data["ids"])
        done = acknowledge(rows=rows, now=timezone.now(), by=request.user)
        return Response({"acknowledged": done})


class LatenessView(GenericAPIView[CopiedReport]):
    """Reports and acknowledgements of each insurer in a period, and how many came late."""

    permission = {"GET": P.MANAGE_POOLS}
    queryset = CopiedReport.objects.none()
    serializer_class: Any = LatenessSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=LatenessSerializer(many=True), parameters=[SINCE, UNTIL])
    def get(self, request: UserApiRequest) -> Response:
        form = PeriodForm(request.GET or None)
        if form.is_bound and not form.is_valid():
            raise ValidationError(
                {name: [str(word) for word in form.errors[name]] for name in form.errors}
            )
        start, end = form.asked(timezone.localdate())
        lines = lateness(request.user, start, end, timezone.now())
        return Response(LatenessSerializer(lines, many=True).data)
