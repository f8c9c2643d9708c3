"""One line per event, with the request it belongs to; line breaks in values cannot forge a line."""

import logging

from apps.core import context


class LineFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record).replace("\r", "\\r")
        if not record.exc_info:
            line = line.replace("\n", "\\n")
        identifier = context.request_id()
        return f"{line} [{identifier}]" if identifier else line
