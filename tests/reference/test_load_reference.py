import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from apps.core.context import SystemActor
from apps.reference.codes import ParameterCode
from apps.reference.models import (
    Certainty,
    District,
    Industry,
    LegalLevel,
    LoadedFile,
    Parameter,
    StatutoryYear,
    Town,
)
from apps.reference.services import load_reference, shipped
from apps.reference.services.parameters import set_parameter


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped files that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(shipped.DATA, folder)
    monkeypatch.setattr(shipped, "DATA", folder)
    return folder


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_a_second_load_does_nothing_in_a_handful_of_queries() -> None:
    load_reference()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        lines = load_reference()

    assert lines == []
    assert len(queries) <= 6


def test_loading_everything_again_changes_no_row(data: Path) -> None:
    before = {model: sorted(model.objects.values_list("pk", flat=True)) for model in models()}
    LoadedFile.objects.all().delete()

    assert len(load_reference()) == len(shipped.FILES) + 1

    after = {model: sorted(model.objects.values_list("pk", flat=True)) for model in models()}
    assert after == before


def models() -> list[Any]:
    return [item.model for item in shipped.FILES]


def test_a_changed_file_updates_its_rows_in_place(data: Path) -> None:
    town = Town.objects.get(code="440605124")
    change(data / "towns.csv", "狮山镇", "狮山新镇")

    assert load_reference() == ["towns.csv: 32"]

    town.refresh_from_db()
    assert town.name == "狮山新镇"


def test_a_code_that_left_its_file_stays(data: Path) -> None:
    file = data / "towns.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")

    load_reference()

    assert Town.objects.count() == 32


def test_what_is_used_cannot_be_deleted() -> None:
    with pytest.raises(ProtectedError):
        District.objects.get(code="440604").delete()
    with pytest.raises(ProtectedError):
        Industry.objects.get(code="33").delete()


def test_the_border_between_two_periods_may_move(data: Path) -> None:
    change(data / "parameters.csv", "2018-01-01,2025-03-29,300000", "2018-01-01,2025-05-01,300000")
    change(data / "parameters.csv", "2025-03-29,,400000", "2025-05-01,,400000")

    load_reference()

    rows = Parameter.objects.filter(key__code="limit.death_nation").order_by("valid_from")
    assert list(rows.values_list("valid_from", "valid_to", "value")) == [
        (date(2018, 1, 1), date(2025, 5, 1), "300000"),
        (date(2025, 5, 1), None, "400000"),
    ]


def test_a_release_leaves_alone_what_a_person_has_set(data: Path) -> None:
    set_parameter(
        code=ParameterCode.PREVENTION_FLOOR_RATE,
        value="0.18",
        valid_from=date(2026, 1, 1),
        source="佛应急〔2025〕9号",
        level=LegalLevel.CITY,
        certainty=Certainty.VERIFIED,
        by=SystemActor("dispatch", "系统管理员"),
        reason="市局发文",
    )
    change(
        data / "parameters.csv",
        "prevention.floor_rate,2021-03-01,,0.15",
        "prevention.floor_rate,2021-03-01,,0.16",
    )

    load_reference()

    rows = Parameter.objects.filter(key__code="prevention.floor_rate").order_by("valid_from")
    assert [row.value for row in rows] == ["0.15", "0.15", "0.18"]


def test_a_year_entered_by_hand_is_not_overwritten() -> None:
    StatutoryYear.objects.filter(year=2026).update(loaded_by="王科员", source="手工录入")
    LoadedFile.objects.filter(name="calendar").delete()

    assert load_reference() == ["calendar: 8"]

    assert StatutoryYear.objects.get(year=2026).source == "手工录入"
