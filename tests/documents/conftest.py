import pytest

from apps.documents.models import Purpose
from apps.documents.models.stored import PURPOSES
from apps.documents.rules import FileKind
from apps.documents.verification import VERIFIERS

ANY, PDF_ONLY, PEOPLE = "test_any", "test_pdf", "test_people"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCEPT_UNSCANNED = True


@pytest.fixture(autouse=True)
def _purposes(monkeypatch):
    for purpose in (
        Purpose(ANY, "附件", frozenset(FileKind), years=5),
        Purpose(PDF_ONLY, "合同", frozenset({FileKind.PDF})),
        Purpose(PEOPLE, "身份证明", frozenset(FileKind), is_sensitive=True),
    ):
        monkeypatch.setitem(PURPOSES, purpose.code, purpose)


@pytest.fixture
def verifiers(monkeypatch):
    """The registry, empty, for this test alone."""
    for kind in list(VERIFIERS):
        monkeypatch.delitem(VERIFIERS, kind)
    return VERIFIERS
