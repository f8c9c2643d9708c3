"""What the members agreed, for other systems: agreements, who comes and goes, scores, assessments.

The forms of the pages judge what is given, so that a page and a call are refused alike.
"""

from hashlib import sha256
from typing import Any

from django.forms import BaseForm
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.models import Organisation
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.core.sheets.reading import Row
from apps.pools import services
from apps.pools.api import OneRound
from apps.pools.forms import AdmissionForm, AgreementForm, ExitForm
from apps.pools.models import Agreement, Pool
from apps.pools.selectors.assessment import assessment_of
from apps.pools.serializers import AgreementSerializer, RoundDetailSerializer
from apps.pools.views.agreements import admitted, agreement_for, left

P = Permission
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
SCORE_HEADS = ["承保机构", "评分", "备注"]


def judged(form: BaseForm) -> BaseForm:
    if not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in form.errors[name]] for name in form.errors}
        )
    return form


class NewAgreementSerializer(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        fields = tuple(AgreementForm.Meta.fields)


class AdmissionSerializer(serializers.Serializer[Any]):
    """`insurer` is its public id; ratios in per cent."""

    insurer = serializers.CharField()
    valid_from = serializers.DateField()
    origin = serializers.CharField()
    licence = serializers.CharField()
    licence_to = serializers.DateField(required=False)
    solvency_on = serializers.DateField()
    solvency_comprehensive = serializers.DecimalField(7, 2)
    solvency_core = serializers.DecimalField(7, 2)
    violation_on = serializers.DateField(required=False)
    outlet = serializers.CharField()
    service_team = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]


class ExitSerializer(serializers.Serializer[Any]):
    """Leaving, or with `is_merger` merging; `successor` answers for what was sold."""

    insurer = serializers.CharField()
    is_merger = serializers.BooleanField()
    successor = serializers.CharField()
    valid_from = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]


class ScoreSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField(help_text="Name of the member, as on a score sheet.")
    score = serializers.CharField()
    note = serializers.CharField(required=False, allow_blank=True, default="")


class ScoresSerializer(serializers.Serializer[Any]):
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    scores = ScoreSerializer(many=True)


class OutcomeSerializer(serializers.Serializer[Any]):
    members = serializers.ListField(child=serializers.CharField())


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class RecordSerializer(serializers.Serializer[Any]):
    """A member over the published rounds of a term; shares in basis points."""

    name = serializers.CharField()
    first = serializers.IntegerField(allow_null=True)
    last = serializers.IntegerField(allow_null=True)
    business = serializers.DecimalField(16, 2)
    score = serializers.DecimalField(6, 2, allow_null=True)
    objections = serializers.IntegerField()
    upheld = serializers.IntegerField()


class AssessmentSerializer(serializers.Serializer[Any]):
    published = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    under_way = serializers.IntegerField()
    records = RecordSerializer(many=True)


class OnePool(GenericAPIView[Pool]):
    """What the acts on one pool share."""

    permission = {"POST": P.MANAGE_POOLS}
    queryset = Pool.objects.none()
    serializer_class: Any = OutcomeSerializer
    filter_backends = ()
    request: UserApiRequest

    def pool(self) -> Pool:
        rows = Pool.objects.visible_to(self.request.user).select_related("district")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def given(self, kind: type[Any]) -> dict[str, Any]:
        given = kind(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def members(self, pool: Pool, day: Any) -> Response:
        keys = pool.members.on(day).order_by("insurer__name").values("insurer")
        names = Organisation.objects.filter(pk__in=keys).values_list("public_id", flat=True)
        return Response({"members": list(names)}, status=201)


class NewAgreementView(OnePool):
    """Keep an agreement as the members signed it."""

    @extend_schema(
        request=NewAgreementSerializer, responses={201: AgreementSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        form: Any = judged(AgreementForm(request.data, instance=Agreement(pool=self.pool())))
        made = services.conclude_agreement(agreement=form.instance, by=request.user)
        return Response(AgreementSerializer(made).data, status=201)


class AdmissionView(OnePool):
    """Let an insurer in that meets the conditions; answers with the members of that day."""

    @extend_schema(
        request=AdmissionSerializer, responses={201: OutcomeSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        pool = self.pool()
        form: Any = judged(AdmissionForm(request.data))
        day = form.cleaned_data["valid_from"]
        admitted(pool, form, request.user)
        return self.members(pool, day)


class ExitView(OnePool):
    """End a membership, or merge it into another; answers with the members of that day."""

    @extend_schema(request=ExitSerializer, responses={201: OutcomeSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        pool, today = self.pool(), timezone.localdate()
        asked = self.given(ExitSerializer)
        asked["is_merger"] = "1" if asked["is_merger"] else "0"
        form: Any = judged(ExitForm(pool, today, asked))
        left(pool, form.cleaned_data, request.user)
        return self.members(pool, form.cleaned_data["valid_from"])


class ScoresView(OnePool):
    """Keep the service scores of a window; a later call for it takes this one's place."""

    @extend_schema(request=ScoresSerializer, responses={201: OutcomeSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        pool, given = self.pool(), self.given(ScoresSerializer)
        lines = [[one["insurer"], one["score"], one["note"]] for one in given["scores"]]
        rows = [Row(n, cells) for n, cells in enumerate([SCORE_HEADS, *lines], 1)]
        services.import_scores(
            pool=pool,
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            rows=rows,
            file_name="API",
            file_hash=sha256(repr(lines).encode()).hexdigest(),
            by=request.user,
        )
        return self.members(pool, given["valid_from"])


class AssessmentView(GenericAPIView[Agreement]):
    """What a contract term came to, member by member."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = Agreement.objects.none()
    serializer_class: Any = AssessmentSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=AssessmentSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        found = assessment_of(agreement_for(request.user, public_id))
        return Response(self.get_serializer(found).data)


class RegatheringView(OneRound):
    """Lead a round back to its inputs; consents given so far are void."""

    permission = {"POST": P.MANAGE_POOLS}

    @extend_schema(request=ReasonSerializer, responses=RoundDetailSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        reason = self.given(ReasonSerializer)["reason"]
        services.gather_again(share_round=self.row(), reason=reason, by=request.user)
        return self.shown()


class WithdrawalView(OneRound):
    """End a round without a new table."""

    permission = {"POST": P.MANAGE_POOLS}

    @extend_schema(request=ReasonSerializer, responses=RoundDetailSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        reason = self.given(ReasonSerializer)["reason"]
        services.withdraw_round(share_round=self.row(), reason=reason, by=request.user)
        return self.shown()
