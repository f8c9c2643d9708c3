"""The way to a policy for other systems: the same acts, the same refusals as on the pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.serializers import RefusalReasonSerializer
from apps.core.idempotency import HEADER, once_per_key
from apps.enrollment import services
from apps.enrollment.filters import ApplicationFilter
from apps.enrollment.models import Application
from apps.enrollment.selectors.draft import insurers_on_offer
from apps.enrollment.selectors.limits import quotes_on_offer
from apps.enrollment.selectors.listing import row_of, rows_of
from apps.enrollment.selectors.whole import whole
from apps.enrollment.serializers import (
    ApplicationSerializer,
    ChosenDeductibleSerializer,
    ChosenInsurerSerializer,
    ChosenQuoteSerializer,
    InsurerSerializer,
    NewApplicationSerializer,
    RefusalSerializer,
    TermsSerializer,
    WithdrawalSerializer,
)
from apps.enterprises.models import Site
from apps.rating.models import Quote
from apps.rating.serializers import QuoteSerializer

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


def act_schema(request: Any = None) -> Callable[..., Any]:
    """An act answers with the application as it then is."""
    return extend_schema(request=request, responses=ApplicationSerializer, parameters=[KEY])


class ApplicationsView(GenericAPIView[Application]):
    """Applications, newest first; a POST opens one for a site, or takes up the one that is open."""

    permission = {"GET": P.VIEW_APPLICATIONS, "POST": P.APPLY_FOR_COVER}
    queryset = Application.objects.none()
    serializer_class: Any = ApplicationSerializer
    filterset_class = ApplicationFilter
    request: UserApiRequest

    @extend_schema(responses=ApplicationSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = rows_of(page, request.user)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(
        request=NewApplicationSerializer, responses={201: ApplicationSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = NewApplicationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        sites = Site.objects.visible_to(request.user).select_related("district")
        site = get_object_or_404(sites, public_id=given.validated_data["site"])
        row = services.start_application(site=site, by=request.user)
        return told(request, row.public_id, status=201)


class OneApplicationView(GenericAPIView[Application]):
    """What the views of one application share."""

    queryset = Application.objects.none()
    serializer_class: Any = ApplicationSerializer
    filter_backends = ()
    request: UserApiRequest


class ApplicationView(OneApplicationView):
    """One application; a PATCH keeps what the enterprise says and voids a price on other terms."""

    permission = {"GET": P.VIEW_APPLICATIONS, "PATCH": P.APPLY_FOR_COVER}

    @extend_schema(responses=ApplicationSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        return told(request, public_id)

    @act_schema(TermsSerializer)
    @once_per_key()
    def patch(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        given = TermsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        terms, today = given.terms_for(row), timezone.localdate()
        services.save_terms(application=row, terms=terms, today=today, by=request.user)
        return told(request, public_id)


class OfferView(OneApplicationView):
    """The prices on offer; a POST prices every lawful limit anew."""

    permission = {"GET": P.VIEW_APPLICATIONS, "POST": P.APPLY_FOR_COVER}
    serializer_class = QuoteSerializer

    @extend_schema(responses=QuoteSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        quotes = quotes_on_offer(application_for(request.user, public_id))
        return Response(QuoteSerializer(quotes, many=True).data)

    @extend_schema(
        request=ChosenDeductibleSerializer,
        responses={201: QuoteSerializer(many=True)},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = ChosenDeductibleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row, today = application_for(request.user, public_id), timezone.localdate()
        asked = given.validated_data["deductible"]
        services.offer_limits(application=row, today=today, by=request.user, deductible=asked)
        row = application_for(request.user, public_id)
        return Response(QuoteSerializer(quotes_on_offer(row), many=True).data, status=201)


class ChooseQuoteView(OneApplicationView):
    """Take one of the limits on offer."""

    permission = {"POST": P.APPLY_FOR_COVER}

    @act_schema(ChosenQuoteSerializer)
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        given = ChosenQuoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        quotes = Quote.objects.visible_to(request.user)
        quote = get_object_or_404(quotes, public_id=given.validated_data["quote"])
        today = timezone.localdate()
        services.choose_quote(application=row, quote=quote, today=today, by=request.user)
        return told(request, public_id)


class InsurersView(OneApplicationView):
    """The pool's members in the order drawn for this application; a POST chooses one."""

    permission = {"GET": P.VIEW_APPLICATIONS, "POST": P.APPLY_FOR_COVER}

    @extend_schema(responses=InsurerSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        insurers = insurers_on_offer(row, timezone.localdate())
        return Response(InsurerSerializer(insurers, many=True).data)

    @act_schema(ChosenInsurerSerializer)
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row, today = application_for(request.user, public_id), timezone.localdate()
        given = ChosenInsurerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data["insurer"]
        shown = {insurer.public_id: insurer for insurer in insurers_on_offer(row, today)}
        if asked not in shown:
            raise Http404
        moment: dict[str, Any] = {"today": today, "now": timezone.now(), "by": request.user}
        services.choose_insurer(application=row, insurer=shown[asked], **moment)
        return told(request, public_id)


class AttestView(OneApplicationView):
    """Promise that the unit pays the premium and no worker does (A1.3)."""

    permission = {"POST": P.APPLY_FOR_COVER}

    @act_schema()
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        services.attest(application=row, now=timezone.now(), by=request.user)
        return told(request, public_id)


class SubmitView(OneApplicationView):
    """Hand the draft to the insurer that was chosen."""

    permission = {"POST": P.APPLY_FOR_COVER}

    @act_schema()
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
        services.submit(application=row, by=request.user, **moment)
        return told(request, public_id)


class WithdrawView(OneApplicationView):
    """Take the application back before it is decided."""

    permission = {"POST": P.APPLY_FOR_COVER}

    @act_schema(WithdrawalSerializer)
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        given = WithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        services.withdraw(application=row, reason=reason, now=timezone.now(), by=request.user)
        return told(request, public_id)


class IssueView(OneApplicationView):
    """Issue the policy exactly as applied for; there is nothing to send along."""

    permission = {"POST": P.UNDERWRITE}

    @act_schema()
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
        services.issue(application=row, by=request.user, **moment)
        return told(request, public_id)


class RefuseView(OneApplicationView):
    """The reasons the product allows; a POST refuses for one of them."""

    permission = {"GET": P.VIEW_APPLICATIONS, "POST": P.UNDERWRITE}

    @extend_schema(responses=RefusalReasonSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        reasons = reasons_for(application_for(request.user, public_id))
        return Response(RefusalReasonSerializer(reasons, many=True).data)

    @act_schema(RefusalSerializer)
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row = application_for(request.user, public_id)
        given = RefusalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        code, note = given.validated_data["reason"], given.validated_data["note"]
        reason = get_object_or_404(reasons_for(row), code=code)
        moment: dict[str, Any] = {"now": timezone.now(), "by": request.user}
        services.refuse(application=row, reason=reason, note=note, **moment)
        return told(request, public_id)


def application_for(user: User, public_id: str) -> Application:
    found: Application = get_object_or_404(whole(user), public_id=public_id)
    return found


def reasons_for(row: Application) -> QuerySet[Any]:
    """Of the product version that was quoted; before there is a quote there are none."""
    if row.quote is None:
        raise Http404
    return row.quote.product_version.refusal_reasons.all()


def told(request: UserApiRequest, public_id: str, *, status: int = 200) -> Response:
    row = row_of(application_for(request.user, public_id), request.user)
    return Response(ApplicationSerializer(row).data, status=status)
