"""Stops reading a form that is larger than any file we take, before it fills a disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from apps.documents.rules import MEGABYTE, MOST_BYTES

MOST_IN_A_FORM = max(MOST_BYTES.values()) + MEGABYTE


class CappedUpload(FileUploadHandler):
    """The first of settings.FILE_UPLOAD_HANDLERS; the ones after it keep what passes."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_IN_A_FORM:
            raise RequestDataTooBig(f"a form of {content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
