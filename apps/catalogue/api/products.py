"""Products changed by other systems: by the same services, under the same rights and refusals."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.api.moves import (
    KEY,
    ProductView,
    given,
    product_for,
    product_schema,
    version_for,
)
from apps.catalogue.api.shapes import latest, lines_in
from apps.catalogue.api_serializers import (
    LinesSerializer,
    ProductMetaSerializer,
    RevisionSerializer,
    StartSerializer,
)
from apps.catalogue.line_forms import LINES
from apps.catalogue.serializers import ProductDetailSerializer
from apps.core.idempotency import once_per_key

P = Permission
META = (
    "valid_from",
    "source",
    "certainty",
    "note",
    "coverage_basis",
    "disability_table",
    "quote_days",
)


class StartProductView(ProductView):
    """Begin a draft as a copy of another version."""

    permission = {"POST": P.DRAFT_RULES}

    @product_schema(StartSerializer, 201)
    @once_per_key()
    def post(self, request: UserApiRequest, code: str) -> Response:
        words, product = given(request, StartSerializer), product_for(request.user, code)
        like = latest(product.product_versions.visible_to(request.user), words.pop("like", None))
        moment: dict[str, Any] = {"today": timezone.localdate(), "by": request.user}
        row = services.start_product(product=product, like=like, **words, **moment)
        return self.told(row, 201)


class ProductVersionView(ProductView):
    """One version of a product, with its heads, choices, grounds and clauses."""

    permission = {"GET": P.VIEW_RULES, "PATCH": P.DRAFT_RULES, "DELETE": P.DRAFT_RULES}

    @extend_schema(responses=ProductDetailSerializer)
    def get(self, request: UserApiRequest, code: str, number: int) -> Response:
        return Response(ProductDetailSerializer(version_for(request.user, code, number)).data)

    @product_schema(ProductMetaSerializer)
    @once_per_key()
    def patch(self, request: UserApiRequest, code: str, number: int) -> Response:
        row, words = version_for(request.user, code, number), given(request, ProductMetaSerializer)
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
        row = version_for(request.user, code, number)
        asked = RevisionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        revision = asked.validated_data["revision"]
        services.delete_draft(version=row, revision=revision, by=request.user)
        return Response(status=204)


class LinesView(ProductView):
    """One list of the product, whole: heads, limits, deductibles, grounds, clauses."""

    permission = {"PUT": P.DRAFT_RULES}

    @product_schema(LinesSerializer)
    @once_per_key()
    def put(self, request: UserApiRequest, code: str, number: int, name: str) -> Response:
        if name not in LINES:
            raise Http404
        row, words = version_for(request.user, code, number), given(request, LinesSerializer)
        own: dict[str, Any] = {"revision": words["revision"], "by": request.user}
        services.save_list(version=row, name=name, lines=lines_in(name, words["lines"]), **own)
        return self.told(row)
