from django.urls import path

from apps.pools.views import agreements, answers, pools, rounds

app_name = "pools"
urlpatterns = [
    path("pools/", pools.pools, name="list"),
    path("pools/<str:public_id>/", pools.detail, name="detail"),
    path("pools/<str:public_id>/agreements/new/", agreements.conclude, name="conclude"),
    path("pools/<str:public_id>/admit/", agreements.admit, name="admit"),
    path("pools/<str:public_id>/leave/", agreements.leave, name="leave"),
    path("pools/<str:public_id>/scores/", rounds.scores, name="scores"),
    path("pools/<str:public_id>/rounds/open/", rounds.open_round, name="open_round"),
    path("agreements/<str:public_id>/", agreements.agreement, name="agreement"),
    path("agreements/<str:public_id>/assessment.xlsx", agreements.assessment, name="assessment"),
    path("agreements/<str:public_id>/switch/", agreements.switch, name="switch"),
    path("share-rounds/<str:public_id>/", rounds.share_round, name="round"),
    path("share-rounds/<str:public_id>/inputs.json", rounds.inputs, name="inputs"),
    path("share-rounds/<str:public_id>/what-if/", rounds.try_out, name="what_if"),
    path("share-rounds/<str:public_id>/ask/", rounds.ask, name="ask"),
    path("share-rounds/<str:public_id>/regather/", rounds.regather, name="regather"),
    path("share-rounds/<str:public_id>/withdraw/", rounds.withdraw, name="withdraw"),
    path("share-rounds/<str:public_id>/publish/", rounds.publish, name="publish"),
    path("share-rounds/<str:public_id>/object/", answers.object_to, name="object"),
    path("share-rounds/<str:public_id>/approve/", answers.approve, name="approve"),
    path("objections/<str:public_id>/answer/", answers.answer, name="answer"),
]
