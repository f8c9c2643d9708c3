"""Roles that the table of access names together."""

PUBLIC = "public"

GOVERNMENT_CLERKS = {"city_officer", "district_officer", "town_officer"}
LEADERS = {"city_leader", "district_leader"}
ENTERPRISE = {"enterprise_owner", "enterprise_safety_officer", "enterprise_clerk"}
INSURER = {"underwriter", "service_officer", "claims_officer", "insurer_finance", "insurer_admin"}
BROKER = {"broker_evaluator", "broker_complaints", "broker_subsidies", "broker_admin"}
SERVERS = {"agency_manager", "agency_engineer", "expert"}
ADMINISTRATORS = {"system_admin", "security_admin", "audit_admin"}

LOOK_AT_ENTERPRISES = (
    GOVERNMENT_CLERKS | LEADERS | ENTERPRISE | INSURER | BROKER | SERVERS
    | {"department_officer", "finance_officer"}
)  # fmt: skip
EVERYBODY = LOOK_AT_ENTERPRISES | ADMINISTRATORS | {"association_officer"}
MANAGE_PEOPLE = GOVERNMENT_CLERKS | {
    "enterprise_owner",
    "insurer_admin",
    "broker_admin",
    "association_officer",
    "agency_manager",
    "security_admin",
}
SEE_PEOPLE = EVERYBODY - {"system_admin", "audit_admin"}
SEE_PERSONAL_DATA = GOVERNMENT_CLERKS | {
    "enterprise_owner",
    "underwriter",
    "service_officer",
    "claims_officer",
    "insurer_admin",
    "department_officer",
}
MANAGE_POOLS = {"broker_evaluator", "broker_admin"}
ANSWER_SHARES = {"insurer_finance", "insurer_admin"}
SEE_POOLS = LOOK_AT_ENTERPRISES | {"association_officer"}
EDIT_ENTERPRISE = GOVERNMENT_CLERKS | ENTERPRISE
EXPORT = (SEE_PERSONAL_DATA - {"enterprise_owner"}) | {
    "insurer_finance",
    "broker_evaluator",
    "broker_subsidies",
    "broker_admin",
}
SEE_APPLICATIONS = LOOK_AT_ENTERPRISES - SERVERS
APPLY = {"enterprise_owner", "enterprise_clerk"}
DRAFT_RULES = {"city_officer", "broker_evaluator", "broker_admin"}
DECIDE_RULES = {"city_officer"}
READ_AUDIT = {"city_officer", "audit_admin"}
ACTUARIES = {"city_officer", "broker_evaluator", "broker_admin"}
RUN_IMPACT = ACTUARIES | {"district_officer"}
SEE_LOSSES = ACTUARIES | BROKER | {"city_leader"}
SEE_IMPACT = RUN_IMPACT | LEADERS | BROKER
DECIDE = ACTUARIES | {"underwriter"}

SEE_ROSTER = GOVERNMENT_CLERKS | ENTERPRISE | (INSURER - {"insurer_finance"})
EDIT_ROSTER = APPLY | {"underwriter"}
SEE_LEDGER = LOOK_AT_ENTERPRISES - SERVERS - {"enterprise_safety_officer"}
