"""Changes of policies for other systems: looked at before they are confirmed, as on the pages."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import MONEY, once_per_key
from apps.policies.api_people import KEY
from apps.policies.change_forms import amendment_to
from apps.policies.change_serializers import (
    CancellationSerializer,
    ChangeReasonSerializer,
    ChangeRequestSerializer,
    EndorsementSerializer,
    PlanSerializer,
    StackSerializer,
    TransactionSerializer,
)
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment
from apps.policies.selectors.planning import Plan
from apps.policies.selectors.shown import as_of
from apps.policies.selectors.stack import stack_of
from apps.policies.services import changing
from apps.policies.services.requests import ask_for_change
from apps.policies.views.changes import own_policy, transaction_for
from apps.policies.views.requests import insured_policy
from apps.policies.views.worksheet import policy_for

P = Permission
ON = OpenApiParameter("on", date, description="The day of cover; today when absent.")
KNOWN = OpenApiParameter("known", date, description="As recorded by the end of that day.")


def plan_answer(plan: Plan) -> Response:
    """What would be recorded; its `mark` confirms it."""
    return Response(PlanSerializer(plan).data)


class ChangeView(GenericAPIView[Policy]):
    queryset = Policy.objects.none()
    filter_backends = ()
    request: UserApiRequest

    def given(self, request: UserApiRequest) -> dict[str, Any]:
        read = self.get_serializer(data=request.data)
        read.is_valid(raise_exception=True)
        given: dict[str, Any] = read.validated_data
        return given

    def recorded(self, row: PolicyTransaction) -> Response:
        return Response(TransactionSerializer(row).data, status=201)


class TransactionsView(ChangeView):
    """The stack of a policy, and what held on a day as it was known on another."""

    permission = {"GET": P.VIEW_POLICIES}
    serializer_class = StackSerializer

    @extend_schema(responses=StackSerializer, parameters=[ON, KNOWN])
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        stack, now = stack_of(policy_for(request.user, public_id)), timezone.now()
        on, known = (
            _day(request.query_params.get(name, "")) or timezone.localdate()
            for name in ("on", "known")
        )
        moment = max(as_of(stack, known, now), stack.rows[0].recorded_at)
        rows = [row for row in stack.rows if row.recorded_at <= moment]
        facts: dict[str, Any] = {
            "on": on,
            "known": known,
            "held": stack.on(on, moment),
            "transactions": rows,
        }
        facts["total"] = stack.charged(moment)
        return Response(StackSerializer(facts).data)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class EndorsementsView(ChangeView):
    """Without `shown` the answer is what would be recorded; with its mark it is recorded."""

    permission = {"POST": P.UNDERWRITE}
    serializer_class = EndorsementSerializer

    @extend_schema(
        request=EndorsementSerializer,
        responses={200: PlanSerializer, 201: TransactionSerializer},
        parameters=[KEY],
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy, now = own_policy(request.user, public_id), timezone.now()
        given = self.given(request)
        shown, reason = given.pop("shown", ""), given.pop("reason", "")
        asked: dict[str, Any] = {"policy": policy, "now": now}
        asked["effective_on"] = given.pop("effective_on")
        asked["amendment"] = wished(policy, asked["effective_on"], given)
        if not shown:
            return plan_answer(changing.plan_endorsement(**asked))
        return self.recorded(changing.endorse(shown=shown, reason=reason, by=request.user, **asked))


class ChangeRequestsView(ChangeView):
    """An enterprise asks its insurer for a change; `shown` is not used here."""

    permission = {"POST": P.APPLY_FOR_COVER}
    serializer_class = EndorsementSerializer

    @extend_schema(
        request=EndorsementSerializer, responses={201: ChangeRequestSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy = insured_policy(request.user, public_id)
        given = self.given(request)
        note, on = given.pop("reason", ""), given.pop("effective_on")
        given.pop("shown", "")
        row = ask_for_change(
            policy=policy,
            amendment=wished(policy, on, given),
            effective_on=on,
            note=note,
            now=timezone.now(),
            by=request.user,
        )
        return Response(ChangeRequestSerializer(row).data, status=201)


def wished(policy: Policy, on: date, given: dict[str, Any]) -> Amendment:
    stack = stack_of(policy)
    part = stack.on(on, stack.last_moment)
    terms = part.terms if part else stack.parts(stack.last_moment)[-1].terms
    return amendment_to(terms, **given)


class CancellationView(ChangeView):
    """A preview without proof and `shown`; the act with both, as a multipart form."""

    permission = {"POST": P.UNDERWRITE}
    serializer_class = CancellationSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": CancellationSerializer},
        responses={200: PlanSerializer, 201: TransactionSerializer},
        parameters=[KEY],
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy, now = own_policy(request.user, public_id), timezone.now()
        given = self.given(request)
        asked: dict[str, Any] = {"policy": policy, "now": now}
        asked["effective_on"] = given["effective_on"]
        if not given.get("shown"):
            return plan_answer(changing.plan_cancellation(**asked))
        grounds = policy.product_version.cancellation_grounds.all()
        ground = get_object_or_404(grounds, code=given["ground"])
        told = {name: given[name] for name in ("shown", "reason", "proof")}
        return self.recorded(changing.cancel(ground=ground, by=request.user, **asked, **told))


class ReinstatementView(ChangeView):
    permission = {"POST": P.UNDERWRITE}
    serializer_class = ChangeReasonSerializer

    @extend_schema(
        request=ChangeReasonSerializer,
        responses={200: PlanSerializer, 201: TransactionSerializer},
        parameters=[KEY],
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy, now = own_policy(request.user, public_id), timezone.now()
        given = self.given(request)
        if not given["shown"]:
            return plan_answer(changing.plan_reinstatement(policy=policy, now=now))
        return self.recorded(changing.reinstate(policy=policy, now=now, by=request.user, **given))


class CorrectionView(ChangeView):
    permission = {"POST": P.UNDERWRITE}
    serializer_class = ChangeReasonSerializer

    @extend_schema(
        request=ChangeReasonSerializer,
        responses={200: PlanSerializer, 201: TransactionSerializer},
        parameters=[KEY],
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        target, now = transaction_for(request.user, public_id), timezone.now()
        policy = own_policy(request.user, target.policy.public_id)
        given = self.given(request)
        asked: dict[str, Any] = {"policy": policy, "target": target}
        if not given["shown"]:
            return plan_answer(changing.plan_correction(now=now, **asked))
        return self.recorded(changing.correct(now=now, by=request.user, **asked, **given))
