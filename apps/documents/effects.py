"""What happens after the commit: printing what was issued, scanning what had to wait."""

from apps.core.context import Actor
from apps.core.outbox import effect
from apps.documents.services import files, papers


@effect("documents.print")
def print_paper(*, by: Actor, paper_id: int) -> None:
    papers.print_paper(paper_id)


@effect("documents.scan")
def scan_again(*, by: Actor, file_id: int) -> None:
    files.scan_again(file_id)
