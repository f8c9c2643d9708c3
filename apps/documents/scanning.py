"""The virus scanner: clamd, asked over its own protocol at the address CLAMD."""

import socket
from collections.abc import Iterable
from contextlib import closing
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE = 30.0  # seconds
PORT = 3310
LENGTH_BYTES = 4


class ScannerUnavailable(Exception):
    """Nobody answers, or the answer is none."""


def is_installed() -> bool:
    return bool(settings.CLAMD)


def virus_in(content: Iterable[bytes]) -> str:
    """The name of what was found, or nothing."""
    try:
        with closing(_connected()) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for chunk in content:
                scanner.sendall(len(chunk).to_bytes(LENGTH_BYTES, "big") + chunk)
            scanner.sendall(bytes(LENGTH_BYTES))
            answer = _read(scanner)
    except OSError as unreachable:
        raise ScannerUnavailable(str(unreachable)) from unreachable
    result = answer.partition(": ")[2]
    if result == "OK":
        return ""
    if result.endswith(" FOUND"):
        return result.removesuffix(" FOUND")
    raise ScannerUnavailable(answer)


def _connected() -> socket.socket:
    """`tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""
    where = urlsplit(settings.CLAMD)
    if where.scheme == "unix":
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(PATIENCE)
        scanner.connect(where.path)
        return scanner
    return socket.create_connection((where.hostname or "", where.port or PORT), PATIENCE)


def _read(scanner: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (part := scanner.recv(4096)):
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
