from django.urls import path

from apps.enrollment.views import application, decision, draft, listing, start, submission

app_name = "enrollment"

urlpatterns = [
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
