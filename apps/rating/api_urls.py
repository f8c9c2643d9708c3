from django.urls import path

from apps.rating.api import PreviewView, QuotesView, QuoteView
from apps.rating.correction.api import LossesView, ProposalView, StudiesView, StudyView
from apps.rating.gate.api import GateView
from apps.rating.impact.api import ImpactRowsView, ImpactRunsView, ImpactRunView
from apps.rating.referrals import api as referrals

app_name = "rating_api"

urlpatterns = [
    path("products/<slug:code>/tariffs/<int:number>/gate/", GateView.as_view(), name="gate"),
    path("quotes/", QuotesView.as_view(), name="quotes"),
    path("quotes/preview/", PreviewView.as_view(), name="preview"),
    path("quotes/offers/", referrals.OffersView.as_view(), name="offers"),
    path("quotes/<str:public_id>/", QuoteView.as_view(), name="quote"),
    path("quotes/<str:public_id>/copies/", referrals.CopyView.as_view(), name="copies"),
    path("referrals/", referrals.ReferralsView.as_view(), name="referrals"),
    path("referrals/<str:public_id>/", referrals.ReferralView.as_view(), name="referral"),
    path("referrals/<str:public_id>/answer/", referrals.AnswerView.as_view(), name="answer"),
    path("referrals/<str:public_id>/decline/", referrals.DeclineView.as_view(), name="decline"),
    path("referrals/<str:public_id>/quotes/", referrals.SettledView.as_view(), name="settled"),
    path("impact/runs/", ImpactRunsView.as_view(), name="impacts"),
    path("impact/runs/<str:code>/", ImpactRunView.as_view(), name="impact"),
    path("impact/runs/<str:code>/rows/", ImpactRowsView.as_view(), name="impact_rows"),
    path("losses/", LossesView.as_view(), name="losses"),
    path("losses/<str:public_id>/studies/", StudiesView.as_view(), name="studies"),
    path("studies/<str:public_id>/", StudyView.as_view(), name="study"),
    path("studies/<str:public_id>/draft/", ProposalView.as_view(), name="study_draft"),
]
