import pytest
from django.db import IntegrityError, models, transaction

from apps.core.models import Job
from apps.core.transitions import TransitionRefused, Transitions, enforced


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已批准"
    SIMPLIFIED = "simplified", "简易批准"
    CLOSED = "closed", "已结案"
    WITHDRAWN = "withdrawn", "已撤回"


TABLE = Transitions(
    "claims.Claim",
    State,
    start=[State.DRAFT],
    moves=[
        (State.DRAFT, State.SUBMITTED, "提交"),
        (State.DRAFT, State.WITHDRAWN, "撤回"),
        (State.SUBMITTED, State.RETURNED, "退回"),
        (State.RETURNED, State.SUBMITTED, "再次提交"),
        (State.SUBMITTED, State.APPROVED, "批准"),
        (State.SUBMITTED, State.SIMPLIFIED, "批准"),
        (State.APPROVED, State.CLOSED, "结案"),
        (State.SIMPLIFIED, State.CLOSED, "结案"),
    ],
)


@pytest.mark.no_database
@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("end", State)
def test_exactly_the_moves_in_the_table_are_allowed(start, end):
    is_allowed = any(move[:2] == (start, end) for move in TABLE.moves)
    assert (TABLE.refusal_to_move(start, end) == "") == is_allowed


@pytest.mark.no_database
def test_a_refusal_says_what_can_be_done_instead():
    with pytest.raises(TransitionRefused) as refused:
        TABLE.check(State.SUBMITTED, State.CLOSED)
    assert str(refused.value) == "“已提交”不能直接变为“已结案”；现在可以：退回、批准。"
    assert refused.value.code == "transition_refused"


@pytest.mark.no_database
def test_a_final_state_says_so():
    assert TABLE.refusal_to_move(State.CLOSED, State.DRAFT) == (
        "“已结案”是最终状态，不能再变为“草稿”。"
    )


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("start", "moves"),
    [([State.DRAFT], [("draft", "lost", "…")]), (["lost"], [])],
)
def test_a_table_with_an_unknown_state_is_refused(start, moves):
    with pytest.raises(ValueError, match="lost"):
        Transitions("claims.Claim", State, start=start, moves=moves)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("current", "statuses"),
    [
        ("draft", "current next other other other other next"),
        ("submitted", "done current next next next other other"),
        ("returned", "done next current other other other other"),
        ("approved", "done done other current other next other"),
        ("closed", "done done other other other current other"),
        ("withdrawn", "done other other other other other current"),
    ],
)
def test_the_drawing_shows_what_is_behind_and_what_comes_next(current, statuses):
    drawing = TABLE.drawing(current)
    assert [step["status"] for step in drawing] == statuses.split()
    assert [step["label"] for step in drawing] == State.labels


@pytest.mark.no_database
def test_the_diagram_for_the_documentation():
    assert TABLE.mermaid().splitlines()[:3] == [
        "stateDiagram-v2",
        "    draft: 草稿",
        "    submitted: 已提交",
    ]
    assert "    [*] --> draft" in TABLE.mermaid().splitlines()
    assert "    returned --> submitted: 再次提交" in TABLE.mermaid().splitlines()


def new_job(state: str) -> Job:
    return Job(kind="test", title="测试", actor="user:1", request_id="", note="", state=state)


ROUTES = {
    "queued": [],
    "running": ["running"],
    "done": ["running", "done"],
    "failed": ["running", "failed"],
    "cancelled": ["cancelled"],
}


@pytest.mark.parametrize("start", Job.State.values)
@pytest.mark.parametrize("end", Job.State.values)
def test_the_database_allows_the_same_moves_and_no_others(start, end):
    job = new_job("queued")
    job.save()
    for state in ROUTES[start]:
        Job.objects.filter(pk=job.pk).update(state=state)
    is_allowed = start == end or not Job.transitions.refusal_to_move(start, end)

    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state=end)
    except IntegrityError:
        assert not is_allowed
    else:
        assert is_allowed


@pytest.mark.parametrize("state", Job.State.values)
def test_the_database_lets_a_row_begin_in_an_initial_state_only(state):
    job = new_job(state)
    if state in Job.transitions.start:
        job.save()
    else:
        with pytest.raises(IntegrityError, match=f"core_job may not begin as {state}"):
            job.save()


def test_the_other_columns_of_a_finished_row_may_still_change():
    job = new_job("queued")
    job.save()
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    Job.objects.filter(pk=job.pk).update(note="…")
    job.refresh_from_db()
    assert (job.state, job.note) == ("cancelled", "…")


@pytest.mark.no_database
def test_every_table_in_force_is_listed_with_its_model():
    tables = dict(enforced())
    assert tables[Job] is Job.transitions
    assert all(model._meta.label == table.label for model, table in tables.items())
