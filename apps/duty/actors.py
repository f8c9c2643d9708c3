"""The part of the system that draws the ledger: it reads what decides a duty, and nothing else."""

from apps.accounts import policies
from apps.accounts.kinds import Kind
from apps.accounts.policies import Policy
from apps.core.context import SYSTEM_ACTORS, SystemActor

LEDGER = SystemActor("duty", "应保台账服务")

READ = (
    "enterprises_enterprise",
    "enterprises_site",
    "enterprises_headcount",
    "enterprises_riskfact",
    "enterprises_fatalaccident",
    "policies_policy",
    "policies_rosterterms",
    "policies_policytransaction",
    "catalogue_limitchoice",
    "catalogue_productversion",
    "duty_exemption",
    "duty_externalcover",
    "duty_listentry",
)

SYSTEM_ACTORS |= {LEDGER.actor_key: LEDGER}
AUTHORITIES = (
    Kind.CITY_BUREAU,
    Kind.DISTRICT_BUREAU,
    Kind.TOWN_OFFICE,
    Kind.CITY_DEPARTMENT,
    Kind.DISTRICT_DEPARTMENT,
)
policies.MACHINERY += (
    *(Policy(table, "ledger", LEDGER.context.role, "true", "select") for table in READ),
    Policy("duty_siteduty", "ledger", LEDGER.context.role, "true"),
    # The page behind the code at a gate finds the enterprise it is about.
    Policy("enterprises_enterprise", "gate", "system_verifier", "true", "select"),
    # Authorities give out letters in their own name, and no other paper.
    *(
        Policy(
            "documents_paper",
            f"letters_{kind}",
            kind.database_role,
            "kind in ('urging_letter', 'correction_order')"
            f" and owner_id = {policies.setting('organisation')}",
            "insert",
        )
        for kind in AUTHORITIES
    ),
)
