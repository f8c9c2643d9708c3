"""The part of the system that seals the books and checks them: it reads all money, and may write
nothing but seals, the totals they remember, and that somebody was reminded of a debt.
"""

from apps.accounts import policies
from apps.accounts.policies import Policy
from apps.core.context import SYSTEM_ACTORS, SystemActor
from apps.documents.actors import VERIFIER

BOOKS = SystemActor("books", "账簿核对服务")

READ = (
    "accounts_organisation",
    "billing_entry",
    "billing_posting",
    "billing_receipt",
    "billing_refund",
    "billing_writeoff",
    "billing_reminder",
    "billing_statement",
    "billing_statementmember",
    "billing_statementline",
    "billing_confirmation",
    "billing_difference",
    "billing_settlement",
    "billing_introducedpolicy",
    "policies_policy",
    "policies_policyshare",
    "policies_policytransaction",
    "pools_pool",
    "pools_sharetable",
    "pools_shareline",
)

SYSTEM_ACTORS |= {BOOKS.actor_key: BOOKS}
policies.MACHINERY += (
    *(Policy(table, "books", BOOKS.context.role, "true", "select") for table in READ),
    Policy("billing_daytotal", "books", BOOKS.context.role, "true"),
    Policy("billing_reminder", "remind", BOOKS.context.role, "true", "insert"),
    # A statement's papers go to each of its members, whoever made it or closed it.
    Policy("documents_paper", "books", BOOKS.context.role, "kind = 'pool_statement'"),
    *(
        Policy(table, "verifier", VERIFIER.context.role, "true", "select")
        for table in ("billing_statement", "billing_statementmember", "billing_confirmation")
    ),
)
