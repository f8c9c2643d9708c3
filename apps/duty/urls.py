from django.urls import path

from apps.duty.views import acts, letters, listing, one, registry, scope, site

app_name = "duty"

urlpatterns = [
    path("must-insure/", listing.listing, name="list"),
    path("must-insure/towns/", listing.towns, name="towns"),
    path("must-insure/export/", listing.export, name="export"),
    path("must-insure/rules/", scope.rules, name="rules"),
    path("must-insure/rules/adjust/", scope.adjust, name="adjust"),
    path("must-insure/rules/<str:code>/end/", scope.adjust_end, name="adjust_end"),
    path("must-insure/letters/", letters.prepare, name="letters"),
    path("must-insure/letters/send/", letters.send, name="letters_send"),
    path("must-insure/letters/sent/", letters.listing, name="letters_sent"),
    path("must-insure/waiting/", letters.waiting, name="waiting"),
    path("must-insure/letters/<str:public_id>/", letters.letter, name="letter"),
    path("must-insure/letters/<str:public_id>/close/", letters.close, name="letter_close"),
    path("must-insure/registry/", registry.send, name="registry"),
    path("must-insure/registry/template/", registry.template, name="registry_template"),
    path("must-insure/registry/<str:public_id>/", registry.review, name="registry_review"),
    path("must-insure/registry/<str:public_id>/decide/", registry.decide, name="registry_decide"),
    path("must-insure/registry/<str:public_id>/faults/", registry.faults, name="registry_faults"),
    path("must-insure/registry/<str:public_id>/again/", registry.again, name="registry_again"),
    path(
        "must-insure/registry/<str:public_id>/rows/<int:number>/",
        registry.mend,
        name="registry_row",
    ),
    path("must-insure/enterprises/<str:public_id>/", one.one, name="one"),
    path("gate/<str:public_id>/", one.gate, name="gate"),
    path("must-insure/sites/<str:public_id>/", site.detail, name="site"),
    path("must-insure/sites/<str:public_id>/contact/", acts.contact, name="contact"),
    path("must-insure/sites/<str:public_id>/exempt/", acts.exempt, name="exempt"),
    path("must-insure/sites/<str:public_id>/enlist/", acts.enlist, name="enlist"),
    path("must-insure/sites/<str:public_id>/accident/", acts.accident, name="accident"),
    path("must-insure/sites/<str:public_id>/external/", acts.external, name="external"),
    path("must-insure/sites/<str:public_id>/object/", acts.dispute_open, name="object"),
    path("must-insure/exemptions/<str:public_id>/end/", acts.exempt_end, name="exempt_end"),
    path(
        "must-insure/external/<str:public_id>/decide/",
        acts.external_decide,
        name="external_decide",
    ),
    path("must-insure/disputes/<str:public_id>/", acts.dispute_page, name="dispute"),
    path(
        "must-insure/disputes/<str:public_id>/decide/", acts.dispute_decide, name="dispute_decide"
    ),
    path(
        "must-insure/disputes/<str:public_id>/withdraw/",
        acts.dispute_withdraw,
        name="dispute_withdraw",
    ),
]
