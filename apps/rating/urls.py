from django.urls import path

from apps.rating.views import (
    correction,
    estimate,
    gate,
    impact,
    quotes,
    quoting,
    referrals,
    worksheets,
)

app_name = "rating"
GATE = "products/<slug:code>/tariffs/<int:number>/gate/"

urlpatterns = [
    path(GATE, gate.gate, name="gate"),
    path(f"{GATE}run/", gate.gate_run, name="gate_run"),
    path("estimate/", estimate.ask, name="estimate"),
    path("quotes/", quoting.listing, name="quotes"),
    path("quotes/offers/<str:offer>/", quoting.offer, name="offer"),
    path("quotes/sites/<str:public_id>/", quoting.new, name="quote_new"),
    path("quotes/<str:public_id>/", quotes.quote, name="quote"),
    path("quotes/<str:public_id>/copy/", quoting.copy, name="quote_copy"),
    path("quotes/<str:public_id>/worksheet/", worksheets.paper, name="quote_print"),
    path("quotes/<str:public_id>/change/", worksheets.change, name="quote_change"),
    path("referrals/", referrals.listing, name="referrals"),
    path("referrals/<str:public_id>/", referrals.referral, name="referral"),
    path("referrals/<str:public_id>/answer/", referrals.answer, name="referral_answer"),
    path("referrals/<str:public_id>/decline/", referrals.decline, name="referral_decline"),
    path("referrals/<str:public_id>/quotes/", referrals.settle, name="referral_settle"),
    path("rules/authority/", referrals.authorities, name="authorities"),
    path("rules/authority/grant/", referrals.grant, name="authority_grant"),
    path("correction/", correction.desk, name="correction"),
    path("correction/columns.csv", correction.columns, name="losses_columns"),
    path("correction/losses/new/", correction.new, name="losses_new"),
    path("correction/losses/<str:public_id>/", correction.losses, name="losses"),
    path("correction/losses/<str:public_id>/study/", correction.study_new, name="study_new"),
    path("correction/studies/<str:public_id>/", correction.study, name="study"),
    path("correction/studies/<str:public_id>/draft/", correction.proposal, name="study_propose"),
    path("impact/", impact.listing, name="impacts"),
    path("impact/new/", impact.new, name="impact_new"),
    path("impact/slider/", impact.slider, name="impact_slider"),
    path("impact/slider/keep/", impact.keep, name="impact_keep"),
    path("impact/runs/<str:code>/", impact.run, name="impact"),
    path("impact/runs/<str:code>/rows/", impact.rows, name="impact_rows"),
    path("impact/runs/<str:code>/export/", impact.export, name="impact_export"),
]
