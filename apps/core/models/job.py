"""Long work as a row: what is asked, how far it is, what came of it."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import PublicIdField
from apps.core.transitions import Transitions


class JobQuerySet(models.QuerySet["Job"]):
    def started_by(self, actor_key: str) -> Self:
        return self.filter(actor=actor_key)

    def unfinished(self) -> Self:
        return self.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))


class JobState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未成功")
    CANCELLED = "cancelled", _("已取消")


JOB_MOVES = Transitions(
    "core.Job",
    JobState,
    start=[JobState.QUEUED],
    moves=[
        (JobState.QUEUED, JobState.RUNNING, _("开始")),
        (JobState.QUEUED, JobState.CANCELLED, _("取消")),
        (JobState.RUNNING, JobState.RUNNING, _("接着做")),
        (JobState.RUNNING, JobState.DONE, _("完成")),
        (JobState.RUNNING, JobState.FAILED, _("出错")),
        (JobState.RUNNING, JobState.CANCELLED, _("取消")),
    ],
)


class Job(models.Model):
    """Seen by whoever started it, and by nobody else."""

    State = JobState

    public_id = PublicIdField(prefix="job")
    kind = models.CharField(max_length=60)
    title = models.CharField(_("任务"), max_length=200)
    actor = models.CharField(max_length=40)
    request_id = models.CharField(max_length=40)
    terms = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500)
    result = models.JSONField(default=dict)
    file = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    transitions = JOB_MOVES

    class Meta:
        indexes = [models.Index(fields=["actor", "-created_at"], name="job_actor")]
        triggers = [JOB_MOVES.trigger("state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_finished(self) -> bool:
        return self.state in {Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED}
