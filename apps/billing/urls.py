from django.urls import path

from apps.billing.views import bordereau, commission, ledger, receipts, rounds, statements

app_name = "billing"

urlpatterns = [
    path("policies/<str:public_id>/receipts/new/", receipts.record, name="record"),
    path(
        "policies/<str:public_id>/receipts/new/check/", receipts.record_check, name="record_check"
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<str:public_id>/", receipts.receipt, name="receipt"),
    path("receipts/<str:public_id>/recorded/", receipts.recorded, name="recorded"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/statement/", ledger.statement, name="statement"),
    path("share-rounds/<str:public_id>/compute/", rounds.compute, name="compute_round"),
    path("statements/", statements.statements, name="statements"),
    path("statements/make/", statements.make, name="make_statements"),
    path("statements/<str:public_id>/", statements.monthly, name="monthly"),
    path(
        "statements/<str:public_id>/confirm/",
        statements.confirm_statement,
        name="confirm_statement",
    ),
    path("statements/<str:public_id>/workbook/", bordereau.workbook, name="statement_workbook"),
    path("statements/<str:public_id>/claims/", bordereau.claims, name="claim_bordereau"),
    path("statements/<str:public_id>/lines/", bordereau.lines, name="bordereau"),
    path("statements/<str:public_id>/lines/<int:number>/", bordereau.line, name="bordereau_line"),
    path(
        "statements/<str:public_id>/lines/<int:number>/dispute/",
        bordereau.dispute_line,
        name="dispute_line",
    ),
    path(
        "statement-differences/<str:public_id>/settle/",
        statements.settle_difference,
        name="settle_difference",
    ),
    path("commission/", commission.commission, name="commission"),
    path("commission/intermediaries/new/", commission.register, name="commission_register"),
    path("commission/agreements/new/", commission.agree, name="commission_agree"),
    path("commission/<str:public_id>/", commission.agreement, name="commission_agreement"),
    path(
        "commission/<str:public_id>/policies/new/",
        commission.introduce,
        name="commission_introduce",
    ),
    path("commission/<str:public_id>/payments/new/", commission.pay, name="commission_pay"),
    path("ledger/<str:public_id>/", ledger.entry, name="entry"),
]
