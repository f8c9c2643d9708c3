"""One view per act on a version, out of the table of acts: who may, why not, and what it does."""

from typing import Any

from django.utils import timezone
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.catalogue.acts import PRODUCT_ACTS, TARIFF_ACTS, Act, Moment
from apps.catalogue.api.moves import (
    ProductView,
    TariffView,
    given,
    product_schema,
    tariff_for,
    tariff_schema,
    version_for,
)
from apps.catalogue.api_serializers import NothingSerializer, OpinionSerializer, RetireSerializer
from apps.catalogue.errors import VersionRefused
from apps.core.idempotency import once_per_key

SHAPES = {"approve": OpinionSerializer, "return": OpinionSerializer, "retire": RetireSerializer}


def carried_out(act: Act, row: Any, request: UserApiRequest) -> None:
    at = Moment(request.user, timezone.localdate())
    words = given(request, SHAPES.get(act.code, NothingSerializer))
    if refusal := act.refusal(row, at):
        raise VersionRefused(refusal)
    act.run(row, words, at)


def tariff_act(act: Act) -> type[TariffView]:
    class ActView(TariffView):
        __doc__ = f"The act “{act.code}” on a tariff version."
        permission = {"POST": act.permission}

        @tariff_schema(SHAPES.get(act.code))
        @once_per_key()
        def post(self, request: UserApiRequest, code: str, number: int) -> Response:
            row = tariff_for(request.user, code, number)
            carried_out(act, row, request)
            return self.told(row)

    return ActView


def product_act(act: Act) -> type[ProductView]:
    class ActView(ProductView):
        __doc__ = f"The act “{act.code}” on a product version."
        permission = {"POST": act.permission}

        @product_schema(SHAPES.get(act.code))
        @once_per_key()
        def post(self, request: UserApiRequest, code: str, number: int) -> Response:
            row = version_for(request.user, code, number)
            carried_out(act, row, request)
            return self.told(row)

    return ActView


# A draft is deleted by DELETE.
TARIFF_VIEWS = {act.code: tariff_act(act) for act in TARIFF_ACTS if act.code != "delete"}
PRODUCT_VIEWS = {act.code: product_act(act) for act in PRODUCT_ACTS if act.code != "delete"}
