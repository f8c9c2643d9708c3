from django.urls import path

from apps.pools import api, members_api

app_name = "pools_api"
POOL = "pools/<str:public_id>"
ROUND = "share-rounds/<str:public_id>"
urlpatterns = [
    path("pools/", api.PoolsView.as_view(), name="pools"),
    path("pools/<str:public_id>/share-rounds/", api.OpenRoundView.as_view(), name="open_round"),
    path(f"{POOL}/agreements/", members_api.NewAgreementView.as_view(), name="conclude"),
    path(f"{POOL}/admissions/", members_api.AdmissionView.as_view(), name="admit"),
    path(f"{POOL}/exits/", members_api.ExitView.as_view(), name="leave"),
    path(f"{POOL}/scores/", members_api.ScoresView.as_view(), name="scores"),
    path(
        "agreements/<str:public_id>/assessment/",
        members_api.AssessmentView.as_view(),
        name="assessment",
    ),
    path(f"{ROUND}/regathering/", members_api.RegatheringView.as_view(), name="regather"),
    path(f"{ROUND}/withdrawal/", members_api.WithdrawalView.as_view(), name="withdraw"),
    path("agreements/", api.AgreementsView.as_view(), name="agreements"),
    path("share-rounds/", api.RoundsView.as_view(), name="rounds"),
    path(f"{ROUND}/", api.RoundView.as_view(), name="round"),
    path(f"{ROUND}/ask/", api.AskView.as_view(), name="ask"),
    path(f"{ROUND}/approval/", api.ApprovalView.as_view(), name="approval"),
    path(f"{ROUND}/objections/", api.ObjectionsView.as_view(), name="objections"),
    path(f"{ROUND}/publication/", api.PublicationView.as_view(), name="publication"),
    path(f"{ROUND}/what-if/", api.WhatIfView.as_view(), name="what_if"),
    path("objections/<str:public_id>/answer/", api.AnswerView.as_view(), name="answer"),
]
