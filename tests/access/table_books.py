"""Who may use the routes of copied reports, of the books and of their export."""

BROKER_POOLS = {"broker_evaluator", "broker_admin"}
RECEIVE_COPIES = BROKER_POOLS | {
    "underwriter",
    "insurer_finance",
    "insurer_admin",
    "district_officer",
}

BOOKS: dict[str, set[str] | str] = {
    "policies:copies": RECEIVE_COPIES,
    "policies:acknowledge": RECEIVE_COPIES,
    "policies:copies_lateness": BROKER_POOLS,
    "policies_api:copies": RECEIVE_COPIES,
    "policies_api:copies_lateness": BROKER_POOLS,
    "policies_api:acknowledgements POST": RECEIVE_COPIES,
}
