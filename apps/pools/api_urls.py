from django.urls import path

from apps.pools import api

app_name = "pools_api"
ROUND = "share-rounds/<str:public_id>"
urlpatterns = [
    path("pools/", api.PoolsView.as_view(), name="pools"),
    path("pools/<str:public_id>/share-rounds/", api.OpenRoundView.as_view(), name="open_round"),
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
