from apps.core.models.audit import AuditEvent, AuditSeal
from apps.core.models.idempotency import IdempotencyKey
from apps.core.models.job import Job
from apps.core.models.numbering import Counter
from apps.core.models.outbox import Effect

__all__ = ["AuditEvent", "AuditSeal", "Counter", "Effect", "IdempotencyKey", "Job"]
