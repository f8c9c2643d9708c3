"""Who may use the routes of copied reports, of the books and of their export."""

BROKER_POOLS = {"broker_evaluator", "broker_admin"}
RECEIVE_COPIES = BROKER_POOLS | {
    "underwriter",
    "insurer_finance",
    "insurer_admin",
    "district_officer",
}

# Who sees money: enterprises their own, insurers theirs, the rest what they watch over.
SEE_LEDGER = BROKER_POOLS | {
    "enterprise_owner",
    "enterprise_clerk",
    "underwriter",
    "service_officer",
    "claims_officer",
    "insurer_finance",
    "insurer_admin",
    "city_officer",
    "city_leader",
    "district_officer",
    "district_leader",
    "town_officer",
    "department_officer",
    "finance_officer",
    "broker_complaints",
    "broker_subsidies",
}

SEE_POOLS = SEE_LEDGER | {
    "enterprise_safety_officer",
    "agency_manager",
    "agency_engineer",
    "expert",
    "association_officer",
}

BOOKS: dict[str, set[str] | str] = {
    "billing:overview": SEE_LEDGER,
    "billing_api:overview": SEE_LEDGER,
    "billing:trial": SEE_LEDGER,
    "billing:accounts": SEE_LEDGER,
    "billing:months": SEE_LEDGER,
    "billing:close_month": SEE_LEDGER,
    "billing:chain": SEE_LEDGER,
    "billing:export": SEE_LEDGER,
    "billing:export_file": SEE_LEDGER,
    "billing_api:trial": SEE_LEDGER,
    "billing_api:months GET": SEE_LEDGER,
    "billing_api:months POST": SEE_LEDGER,
    "billing_api:chain": SEE_LEDGER,
    "billing_api:export": SEE_LEDGER,
    "pools_api:conclude POST": BROKER_POOLS,
    "pools_api:admit POST": BROKER_POOLS,
    "pools_api:leave POST": BROKER_POOLS,
    "pools_api:scores POST": BROKER_POOLS,
    "pools_api:regather POST": BROKER_POOLS,
    "pools_api:withdraw POST": BROKER_POOLS,
    "pools_api:assessment": SEE_POOLS,
    "policies:copies": RECEIVE_COPIES,
    "policies:acknowledge": RECEIVE_COPIES,
    "policies:copies_lateness": BROKER_POOLS,
    "policies_api:copies": RECEIVE_COPIES,
    "policies_api:copies_lateness": BROKER_POOLS,
    "policies_api:acknowledgements POST": RECEIVE_COPIES,
}
