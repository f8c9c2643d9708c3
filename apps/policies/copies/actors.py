"""What the messenger may do for copied reports: read the agreement's time, write the copies."""

from apps.accounts import policies
from apps.accounts.actors import MESSENGER
from apps.accounts.policies import Policy

ROLE = MESSENGER.context.role
policies.MACHINERY += (
    Policy("pools_agreement", "messenger", ROLE, "true", "select"),
    Policy("policies_copiedreport", "messenger", ROLE, "true"),
)
