"""Matches for the industry picker while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.guards import public
from apps.accounts.throttle import limited
from apps.reference.selectors import search_industries

LONGEST = 60


@public("the classification of industries is published; visitors choose from it as well")
@limited("industries", most=240, seconds=60, methods=frozenset({"GET"}))
def industries(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("industry", "").strip()[:LONGEST]
    facts = {"name": "industry", "industries": search_industries(text, limit=12), "text": text}
    return render(request, "enterprises/industry_matches.html", facts)
