from django.urls import path

from apps.enrollment.views import application, decision, draft, listing, renewals, start, submission

app_name = "enrollment"

urlpatterns = [
    path("renewals/", renewals.board, name="renewals"),
    path("renewals/invite/", renewals.invite_many, name="renewals_invite"),
    path("renewals/<str:public_id>/", renewals.renewal, name="renewal"),
    path("renewals/<str:public_id>/lapse/", renewals.lapse, name="lapse"),
    path("applications/", listing.listing, name="list"),
    path("applications/new/", start.choose_site, name="new"),
    path("applications/start/<str:public_id>/", start.start, name="start"),
    path("applications/<str:public_id>/", application.application, name="application"),
    path("applications/<str:public_id>/terms/", draft.terms, name="terms"),
    path("applications/<str:public_id>/autosave/", draft.autosave, name="autosave"),
    path("applications/<str:public_id>/offer/", draft.offer, name="offer"),
    path("applications/<str:public_id>/limits/", draft.limits, name="limits"),
    path("applications/<str:public_id>/insurer/", draft.insurer, name="insurer"),
    path("applications/<str:public_id>/promise/", draft.promise, name="promise"),
    path("applications/<str:public_id>/check/", submission.check, name="check"),
    path("applications/<str:public_id>/submitted/", submission.submitted, name="submitted"),
    path("applications/<str:public_id>/withdraw/", submission.take_back, name="withdraw"),
    path("applications/<str:public_id>/issue/", decision.issue, name="issue"),
    path("applications/<str:public_id>/refuse/", decision.refuse, name="refuse"),
]
