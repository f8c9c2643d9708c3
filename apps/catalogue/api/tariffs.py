"""Tariffs changed by other systems: by the same services, under the same rights and refusals."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.api.moves import (
    KEY,
    TariffView,
    given,
    product_for,
    tariff_for,
    tariff_schema,
)
from apps.catalogue.api.shapes import book_in, latest
from apps.catalogue.api_serializers import (
    BookSerializer,
    BoundsSerializer,
    CasesSerializer,
    CellsSerializer,
    DifferenceSerializer,
    RevisionSerializer,
    StartSerializer,
    TariffMetaSerializer,
)
from apps.catalogue.errors import WorkbookUnfit
from apps.catalogue.selectors.compare import comparison
from apps.catalogue.selectors.documents import workbook_of
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.serializers import TariffDetailSerializer
from apps.core.idempotency import once_per_key

P = Permission
META = ("valid_from", "source", "certainty", "note", "rounding", "rounding_en")
BOUNDS = ("lowest", "highest", "minimum", "maximum")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StartTariffView(TariffView):
    """Begin a draft as a copy of another version."""

    permission = {"POST": P.DRAFT_RULES}

    @tariff_schema(StartSerializer, 201)
    @once_per_key()
    def post(self, request: UserApiRequest, code: str) -> Response:
        words, product = given(request, StartSerializer), product_for(request.user, code)
        like = latest(product.tariffs.visible_to(request.user), words.pop("like", None))
        moment: dict[str, Any] = {"today": timezone.localdate(), "by": request.user}
        row = services.start_tariff(product=product, like=like, **words, **moment)
        return self.told(row, 201)


class TariffVersionView(TariffView):
    """One tariff, whole: what its digest was taken of. A PATCH changes a draft's day and words."""

    permission = {"GET": P.VIEW_RULES, "PATCH": P.DRAFT_RULES, "DELETE": P.DRAFT_RULES}

    @extend_schema(responses=TariffDetailSerializer)
    def get(self, request: UserApiRequest, code: str, number: int) -> Response:
        return Response(TariffDetailSerializer(tariff_for(request.user, code, number)).data)

    @tariff_schema(TariffMetaSerializer)
    @once_per_key()
    def patch(self, request: UserApiRequest, code: str, number: int) -> Response:
        row, words = tariff_for(request.user, code, number), given(request, TariffMetaSerializer)
        revision = words.pop("revision")
        values = {name: getattr(row, name) for name in META} | words
        moment: dict[str, Any] = {"today": timezone.localdate(), "by": request.user}
        services.edit_meta(version=row, values=values, revision=revision, **moment)
        return self.told(row)

    @extend_schema(
        request=None,
        responses={204: None},
        parameters=[KEY, OpenApiParameter("revision", int, required=True)],
    )
    @once_per_key()
    def delete(self, request: UserApiRequest, code: str, number: int) -> Response:
        row = tariff_for(request.user, code, number)
        asked = RevisionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        revision = asked.validated_data["revision"]
        services.delete_draft(version=row, revision=revision, by=request.user)
        return Response(status=204)


class TableView(TariffView):
    """Cells of one table: all of those sent are taken, or none."""

    permission = {"PUT": P.DRAFT_RULES}

    @tariff_schema(CellsSerializer)
    @once_per_key()
    def put(self, request: UserApiRequest, code: str, number: int, table: str) -> Response:
        row, words = tariff_for(request.user, code, number), given(request, CellsSerializer)
        cells = {tuple(each["keys"]): each["value"] for each in words["cells"]}
        revision = words["revision"]
        services.save_cells(
            version=row, table=table, cells=cells, revision=revision, by=request.user
        )
        return self.told(row)


class BoundsView(TariffView):
    """Clamp, minimum and maximum, and the bounds of the groups."""

    permission = {"PUT": P.DRAFT_RULES}

    @tariff_schema(BoundsSerializer)
    @once_per_key()
    def put(self, request: UserApiRequest, code: str, number: int) -> Response:
        row, words = tariff_for(request.user, code, number), given(request, BoundsSerializer)
        revision = words.pop("revision")
        values = {name: getattr(row, name) for name in BOUNDS} | words
        services.save_bounds(version=row, values=values, revision=revision, by=request.user)
        return self.told(row)


class CasesView(TariffView):
    """The golden cases, whole and in their order."""

    permission = {"PUT": P.DRAFT_RULES}

    @tariff_schema(CasesSerializer)
    @once_per_key()
    def put(self, request: UserApiRequest, code: str, number: int) -> Response:
        row, words = tariff_for(request.user, code, number), given(request, CasesSerializer)
        services.save_golden(version=row, by=request.user, **words)
        return self.told(row)


class WorkbookView(TariffView):
    """The tariff as a workbook; a POST puts one into the draft, or says what it would change."""

    permission = {"GET": P.VIEW_RULES, "POST": P.DRAFT_RULES}
    parser_classes = (MultiPartParser,)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: UserApiRequest, code: str, number: int) -> HttpResponse:
        content = workbook_of(tariff_for(request.user, code, number))
        response = HttpResponse(content, content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{code}-tariff-{number}.xlsx"'
        return response

    @extend_schema(
        request=BookSerializer, responses=DifferenceSerializer(many=True), parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, code: str, number: int) -> Response:
        row, words = tariff_for(request.user, code, number), given(request, BookSerializer)
        book = book_in(words["book"])
        if refusal := services.refusal_to_import(row, book):
            raise WorkbookUnfit([refusal])
        found = comparison(tariff_of(row), book.tariff)
        if not words["preview"]:
            revision = words["revision"]
            services.import_book(version=row, book=book, revision=revision, by=request.user)
        return Response(DifferenceSerializer(found.lines, many=True).data)
