"""Rosters for other systems: who is on a policy, and many people put on it in one call."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.policies.models import Policy
from apps.policies.roster.models import InsuredPerson
from apps.policies.roster.persons import Person, document_key, read_person
from apps.policies.selectors.people import people_of
from apps.policies.serializers import AddedSerializer, NewPeopleSerializer, PersonSerializer
from apps.policies.services.people import add_people
from apps.policies.views.people import policy_for

P = Permission
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)


class PeopleView(GenericAPIView[InsuredPerson]):
    """The people on a policy, and up to 1 000 more in one call: all of them or nobody."""

    permission = {"GET": P.VIEW_ROSTER, "POST": P.EDIT_ROSTER}
    queryset = InsuredPerson.objects.none()
    serializer_class = PersonSerializer
    filter_backends = ()
    request: UserApiRequest

    def policy(self, public_id: str) -> Policy:
        return policy_for(self.request.user, public_id)

    def rows(self, public_id: str) -> QuerySet[InsuredPerson]:
        return people_of(self.policy(public_id), self.request.user)

    @extend_schema(responses=PersonSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        page = self.paginate_queryset(self.rows(public_id)) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=NewPeopleSerializer, responses={201: AddedSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy = self.policy(public_id)
        given = NewPeopleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        people = read_people(given.validated_data["people"])
        today = timezone.localdate()
        rows = add_people(policy=policy, people=people, today=today, by=request.user)
        ids = [row.public_id for row in rows]
        return Response({"added": len(ids), "ids": ids}, status=201)


def read_people(given: list[dict[str, Any]]) -> list[Person]:
    """Everybody, or a fault told beside the place of each who is not understood."""
    people: list[Person] = []
    faults: dict[str, dict[str, list[str]]] = {}
    first: dict[str, int] = {}
    for place, told in enumerate(given):
        cells = {name: str(value) if value else "" for name, value in told.items()}
        person, wrong = read_person(cells, today=timezone.localdate())
        for fault in wrong:
            faults.setdefault(str(place), {}).setdefault(fault.field, []).append(fault.text)
        if person is None:
            continue
        if (at := first.setdefault(document_key(person.document), place)) != place:
            text = _("与第%(row)s人是同一个证件号码；一个人只填一次。") % {"row": at}
            faults[str(place)] = {"document_number": [text]}
        people.append(person)
    if faults:
        raise ValidationError({"people": faults})
    return people
