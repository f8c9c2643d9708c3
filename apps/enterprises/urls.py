from django.urls import path

from apps.enterprises.views import (
    dated,
    enterprise,
    industries,
    listing,
    registration,
    sharing,
    site,
)

app_name = "enterprises"

urlpatterns = [
    path("enterprises/", listing.listing, name="list"),
    path("enterprises/export/", listing.export, name="export"),
    path("enterprises/industries/", industries.industries, name="industries"),
    path("enterprises/register/", registration.start, name="register"),
    path("enterprises/register/check/", registration.check, name="register_check"),
    path("enterprises/register/<slug:step>/", registration.step, name="register_step"),
    path("enterprises/<str:public_id>/", enterprise.detail, name="detail"),
    path("enterprises/<str:public_id>/registered/", registration.registered, name="registered"),
    path("enterprises/<str:public_id>/edit/", enterprise.correct, name="correct"),
    path("enterprises/<str:public_id>/verify/", enterprise.verify, name="verify"),
    path("enterprises/<str:public_id>/close/", enterprise.close, name="close"),
    path("enterprises/<str:public_id>/restore/", enterprise.restore, name="restore"),
    path("enterprises/<str:public_id>/contact/", enterprise.contact, name="reveal_contact"),
    path("enterprises/<str:public_id>/sites/add/", enterprise.site_add, name="site_add"),
    path("sites/<str:public_id>/", site.detail, name="site"),
    path("sites/<str:public_id>/edit/", site.correct, name="site_correct"),
    path("sites/<str:public_id>/insurer/", site.insurer, name="site_insurer"),
    path("sites/<str:public_id>/suspend/", site.suspend, name="site_suspend"),
    path("sites/<str:public_id>/resume/", site.resume, name="site_resume"),
    path("sites/<str:public_id>/close/", site.close, name="site_close"),
    path("sites/<str:public_id>/headcount/", dated.headcount, name="headcount"),
    path(
        "sites/<str:public_id>/headcount/correct/",
        dated.headcount_correct,
        name="headcount_correct",
    ),
    path("sites/<str:public_id>/facts/", dated.fact, name="fact"),
    path("sites/<str:public_id>/facts/<slug:tag>/end/", dated.fact_end, name="fact_end"),
    path("sites/<str:public_id>/grades/", dated.grade, name="grade"),
    path("sites/<str:public_id>/grades/<int:kind>/end/", dated.grade_end, name="grade_end"),
    path("sites/<str:public_id>/share/", sharing.share, name="share"),
    path("sites/<str:public_id>/share/<str:person_id>/end/", sharing.unshare, name="unshare"),
]
