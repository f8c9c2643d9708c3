from apps.policies.services.cover import period_of_cover, start_cover
from apps.policies.services.issue import issue_policy, refusal_to_issue

__all__ = ["issue_policy", "period_of_cover", "refusal_to_issue", "start_cover"]
