"""Who may use which route: the table handed to an auditor, kept apart from the code it checks.

A new route fails a test until somebody writes down here who may use it.
"""

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
SEE_POOLS = LOOK_AT_ENTERPRISES | {"association_officer"}
EDIT_ENTERPRISE = GOVERNMENT_CLERKS | ENTERPRISE
EXPORT = (SEE_PERSONAL_DATA - {"enterprise_owner"}) | {
    "insurer_finance",
    "broker_evaluator",
    "broker_subsidies",
    "broker_admin",
}
READ_AUDIT = {"city_officer", "audit_admin"}

TABLE: dict[str, set[str] | str] = {
    "accounts:front": PUBLIC,
    "accounts:policy": PUBLIC,
    "accounts:join": PUBLIC,
    "accounts:about": PUBLIC,
    "accounts:privacy": PUBLIC,
    "accounts:accessibility": PUBLIC,
    "accounts:home": EVERYBODY,
    "accounts:search": EVERYBODY,
    "accounts:sessions": EVERYBODY,
    "accounts:sessions_end": EVERYBODY,
    "accounts:organisations": EVERYBODY,
    "accounts:organisation": EVERYBODY,
    "accounts:people": SEE_PEOPLE,
    "accounts:invite": MANAGE_PEOPLE,
    "accounts:invitations": MANAGE_PEOPLE,
    "accounts:invitation_revoke": MANAGE_PEOPLE,
    "accounts:invitation_resend": MANAGE_PEOPLE,
    "accounts:person": SEE_PEOPLE,
    "accounts:person_reveal": SEE_PERSONAL_DATA,
    "accounts:person_suspend": MANAGE_PEOPLE,
    "accounts:person_reinstate": MANAGE_PEOPLE,
    "accounts:person_role": MANAGE_PEOPLE,
    "accounts:person_sign_out": MANAGE_PEOPLE,
    "accounts:invitation_accept": PUBLIC,
    "accounts:jobs": EVERYBODY,
    "accounts:job": EVERYBODY,
    "accounts:job_cancel": EVERYBODY,
    "accounts:job_file": EVERYBODY,
    "accounts:rules": EVERYBODY,
    "accounts:parameters": EVERYBODY,
    "accounts:working_days": EVERYBODY,
    "accounts:industries": EVERYBODY,
    "accounts:categories": EVERYBODY,
    "accounts:districts": EVERYBODY,
    "accounts:articles": EVERYBODY,
    "accounts:tables": EVERYBODY,
    "accounts:roles": EVERYBODY,
    "accounts:audit": READ_AUDIT,
    "accounts:audit_check": READ_AUDIT,
    "accounts:audit_export": READ_AUDIT,
    "accounts:system": {"system_admin"},
    "accounts:effect_retry": {"system_admin"},
    "messaging:notices": EVERYBODY,
    "messaging:read_all": EVERYBODY,
    "messaging:notice": EVERYBODY,
    "documents:file": EVERYBODY,
    "documents:paper": EVERYBODY,
    "documents:paper_file": EVERYBODY,
    "documents:paper_print POST": EVERYBODY,
    "documents:verify_token": PUBLIC,
    "documents:verify": PUBLIC,
    "documents:verify_file": PUBLIC,
    "pools:list": SEE_POOLS,
    "pools:detail": SEE_POOLS,
    "enterprises:list": LOOK_AT_ENTERPRISES,
    "enterprises:export": EXPORT,
    "enterprises:industries": EDIT_ENTERPRISE,
    "enterprises:register": GOVERNMENT_CLERKS,
    "enterprises:register_check": GOVERNMENT_CLERKS,
    "enterprises:register_step": GOVERNMENT_CLERKS,
    "enterprises:detail": LOOK_AT_ENTERPRISES,
    "enterprises:registered": GOVERNMENT_CLERKS,
    "enterprises:correct": EDIT_ENTERPRISE,
    "enterprises:verify": GOVERNMENT_CLERKS,
    "enterprises:close": GOVERNMENT_CLERKS,
    "enterprises:restore": GOVERNMENT_CLERKS,
    "enterprises:reveal_contact": SEE_PERSONAL_DATA,
    "enterprises:site_add": EDIT_ENTERPRISE,
    "enterprises:site": LOOK_AT_ENTERPRISES,
    "enterprises:site_correct": EDIT_ENTERPRISE,
    "enterprises:site_insurer": GOVERNMENT_CLERKS,
    "enterprises:site_suspend": EDIT_ENTERPRISE,
    "enterprises:site_resume": EDIT_ENTERPRISE,
    "enterprises:site_close": GOVERNMENT_CLERKS,
    "enterprises:headcount": EDIT_ENTERPRISE,
    "enterprises:headcount_correct": EDIT_ENTERPRISE,
    "enterprises:fact": EDIT_ENTERPRISE,
    "enterprises:fact_end": EDIT_ENTERPRISE,
    "enterprises:grade": GOVERNMENT_CLERKS,
    "enterprises:grade_end": GOVERNMENT_CLERKS,
    "enterprises:share": GOVERNMENT_CLERKS,
    "enterprises:unshare": GOVERNMENT_CLERKS,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_reauthenticate": EVERYBODY,
    "account_change_password": EVERYBODY,
    "account_set_password": EVERYBODY,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "accounts_api:me": EVERYBODY,
    "accounts_api:organisations": EVERYBODY,
    "messaging_api:notices": EVERYBODY,
    "enterprises_api:enterprises GET": LOOK_AT_ENTERPRISES,
    "enterprises_api:enterprises POST": GOVERNMENT_CLERKS,
    "enterprises_api:enterprise GET": LOOK_AT_ENTERPRISES,
    "enterprises_api:enterprise PATCH": EDIT_ENTERPRISE,
    "enterprises_api:add_site POST": EDIT_ENTERPRISE,
    "enterprises_api:sites GET": LOOK_AT_ENTERPRISES,
    "enterprises_api:site GET": LOOK_AT_ENTERPRISES,
    "enterprises_api:site PATCH": EDIT_ENTERPRISE,
    "enterprises_api:headcounts GET": LOOK_AT_ENTERPRISES,
    "enterprises_api:headcounts POST": EDIT_ENTERPRISE,
    "api_schema": PUBLIC,
    "api_docs": PUBLIC,
    "core:appearance": PUBLIC,
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "robots": PUBLIC,
}
