"""Who may change, cancel and renew a policy; a part of the table."""

from tests.access.groups import APPLY, EDIT_ROSTER, LOOK_AT_ENTERPRISES

UNDERWRITER = {"underwriter"}
CHANGES: dict[str, set[str] | str] = {
    "enrollment_api:renewals": LOOK_AT_ENTERPRISES,
    "enrollment_api:renew POST": APPLY,
    "enrollment_api:lapse POST": EDIT_ROSTER,
    "enrollment:renewals": LOOK_AT_ENTERPRISES,
    "enrollment:renewals_invite POST": UNDERWRITER,
    "enrollment:renewal": LOOK_AT_ENTERPRISES,
    "enrollment:lapse": EDIT_ROSTER,
    "policies:endorse": UNDERWRITER,
    "policies:endorse_check": UNDERWRITER,
    "policies:cancel": UNDERWRITER,
    "policies:cancel_check": UNDERWRITER,
    "policies:reinstate": UNDERWRITER,
    "policies:correct": UNDERWRITER,
    "policies:transaction": LOOK_AT_ENTERPRISES,
    "policies:ask_change": APPLY,
    "policies:request_withdraw": APPLY,
    "policies:request_answer": UNDERWRITER,
    "policies:people_leave": EDIT_ROSTER,
    "policies:people_terms": EDIT_ROSTER,
    "policies:people_agency": EDIT_ROSTER,
    "policies_api:transactions": LOOK_AT_ENTERPRISES,
    "policies_api:endorsements POST": UNDERWRITER,
    "policies_api:change_requests POST": APPLY,
    "policies_api:cancellation POST": UNDERWRITER,
    "policies_api:reinstatement POST": UNDERWRITER,
    "policies_api:correction POST": UNDERWRITER,
}
