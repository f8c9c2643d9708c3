"""Matches for the industry picker while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.reference.selectors import search_industries

LONGEST = 60


@requires(Permission.EDIT_ENTERPRISE)
def industries(request: UserRequest) -> HttpResponse:
    text = request.GET.get("industry", "").strip()[:LONGEST]
    facts = {"name": "industry", "industries": search_industries(text, limit=12), "text": text}
    return render(request, "enterprises/industry_matches.html", facts)
