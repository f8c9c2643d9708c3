from django.urls import path

from apps.policies.copies import views as copies
from apps.policies.views import (
    changes,
    imports,
    leaving,
    listing,
    people,
    policy,
    requests,
    worksheet,
)

app_name = "policies"

urlpatterns = [
    path("copied-reports/", copies.copies, name="copies"),
    path("copied-reports/acknowledge/", copies.acknowledge_copies, name="acknowledge"),
    path("copied-reports/lateness/", copies.copies_lateness, name="copies_lateness"),
    path("policies/", listing.listing, name="list"),
    path("policies/<str:public_id>/", policy.detail, name="detail"),
    path("policies/<str:public_id>/worksheet/", worksheet.paper, name="worksheet"),
    path("policies/<str:public_id>/change/", worksheet.change, name="change"),
    path("policies/<str:public_id>/endorse/", changes.endorse, name="endorse"),
    path("policies/<str:public_id>/endorse/check/", changes.endorse_check, name="endorse_check"),
    path("policies/<str:public_id>/cancel/", changes.cancel, name="cancel"),
    path("policies/<str:public_id>/cancel/check/", changes.cancel_check, name="cancel_check"),
    path("policies/<str:public_id>/reinstate/", changes.reinstate, name="reinstate"),
    path("policies/<str:public_id>/ask-change/", requests.ask, name="ask_change"),
    path("transactions/<str:public_id>/", changes.transaction, name="transaction"),
    path("transactions/<str:public_id>/correct/", changes.correct, name="correct"),
    path("change-requests/<str:public_id>/withdraw/", requests.withdraw, name="request_withdraw"),
    path("change-requests/<str:public_id>/answer/", requests.answer, name="request_answer"),
    path("policies/<str:public_id>/people/", people.people, name="people"),
    path("policies/<str:public_id>/people/leave/", leaving.leave_together, name="people_leave"),
    path("policies/<str:public_id>/people/terms/", leaving.terms, name="people_terms"),
    path("policies/<str:public_id>/people/agency/", leaving.agency, name="people_agency"),
    path("policies/<str:public_id>/people/add/", people.add, name="people_add"),
    path("policies/<str:public_id>/people/import/", imports.send, name="people_import"),
    path(
        "policies/<str:public_id>/people/<str:person_id>/leave/", people.leave, name="person_leave"
    ),
    path("people/<str:person_id>/number/", people.number, name="person_number"),
    path("roster-template/", imports.roster_template, name="roster_template"),
    path("imports/<str:public_id>/", imports.review, name="import"),
    path("imports/<str:public_id>/decide/", imports.decide, name="import_decide"),
    path("imports/<str:public_id>/faults/", imports.faults, name="import_faults"),
    path("imports/<str:public_id>/again/", imports.send_again, name="import_again"),
    path("imports/<str:public_id>/rows/<int:number>/", imports.mend, name="import_row"),
]
