"""The virus scanner, spoken to over a real socket: found, clean, away and back."""

import socket
import threading
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent, Effect
from apps.documents import scanning, storage
from apps.documents.models import Scope, StoredFile
from apps.documents.models.stored import Scan
from apps.documents.screening.reading import FileRefused
from apps.documents.services.files import scan_again
from apps.documents.services.uploads import keep_upload
from tests.documents import corpus
from tests.documents.conftest import ANY
from tests.factories import person

CHUNK_LENGTH = 4


def answer(connection):
    """What clamd does: read the chunks, look for the test signature, say so."""
    with closing(connection), connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(stream.read(CHUNK_LENGTH), "big"):
            content += stream.read(length)
        found = corpus.EICAR in content
        connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@pytest.fixture
def clamd(settings):
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"tcp://127.0.0.1:{server.getsockname()[1]}"

    def serve():
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.fixture
def _nobody_answers(settings):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        settings.CLAMD = f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def clerk():
    return person(Kind.ENTERPRISE)


def keep(clerk, acting, content):
    own = clerk.organisation_id
    with acting(clerk):
        return keep_upload(
            SimpleUploadedFile("a.pdf", content),
            purpose=ANY,
            scope=Scope(owner=own, enterprise=own),
            by=clerk,
        )


def pdf_with_virus():
    return corpus.pdf().replace(b"%%EOF", corpus.EICAR + b"\n%%EOF")


@pytest.mark.usefixtures("clamd")
class TestThere:
    def test_a_clean_file_is_marked_so(self, clerk, acting):
        assert keep(clerk, acting, corpus.pdf()).scan == Scan.CLEAN

    @pytest.mark.parametrize("content", [corpus.EICAR, pdf_with_virus()], ids=["plain", "pdf"])
    def test_the_test_virus_is_found(self, content):
        assert scanning.virus_in([content]) == "Eicar-Test-Signature"

    def test_an_infected_file_is_refused_by_name(self, clerk, acting):
        with pytest.raises(FileRefused, match="有病毒（Eicar-Test-Signature）"):
            keep(clerk, acting, pdf_with_virus())
        assert not StoredFile.objects.exists()

    def test_a_large_file_is_sent_in_parts(self):
        assert scanning.virus_in([b"x" * 70_000] * 20) == ""


@pytest.mark.usefixtures("_nobody_answers")
class TestAway:
    def test_a_file_waits_and_asks_to_be_scanned(self, clerk, acting):
        stored = keep(clerk, acting, corpus.pdf())
        effect = Effect.objects.get()
        assert stored.scan == Scan.WAITING
        assert not stored.is_ready
        assert (effect.name, effect.payload) == ("documents.scan", {"file_id": stored.pk})

    def test_while_it_is_away_the_outbox_tries_again(self, clerk, acting):
        stored = keep(clerk, acting, corpus.pdf())
        with pytest.raises(scanning.ScannerUnavailable):
            scan_again(stored.pk)


class TestBack:
    def waiting(self, content):
        kept = storage.keep([content])
        return StoredFile.objects.create(
            purpose=ANY,
            name="a.pdf",
            kind="pdf",
            size=kept.size,
            sha256=kept.sha256,
            path=kept.path,
            scan=Scan.WAITING,
            uploaded_by="user:1",
            uploader_name="甲",
        )

    @pytest.mark.usefixtures("clamd")
    def test_what_waited_is_let_through(self):
        stored = self.waiting(corpus.pdf())
        scan_again(stored.pk)
        stored.refresh_from_db()
        assert stored.scan == Scan.CLEAN

    @pytest.mark.usefixtures("clamd")
    def test_or_is_removed_and_told(self, django_capture_on_commit_callbacks):
        stored = self.waiting(pdf_with_virus())
        with django_capture_on_commit_callbacks(execute=True):
            scan_again(stored.pk)
        stored.refresh_from_db()
        assert stored.scan == Scan.INFECTED
        with pytest.raises(FileNotFoundError):
            storage.opened(stored.path)
        event = AuditEvent.objects.get(action="file.refused")
        assert event.changes["virus"] == "Eicar-Test-Signature"
