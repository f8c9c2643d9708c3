"""Asks the web server whether it is ready; the container's health check is this module."""

import os
import sys
from contextlib import closing
from http.client import HTTPConnection, HTTPException

READY = "ready"


def readiness(port: int, host: str = "127.0.0.1") -> str:
    """READY, or what keeps it from being so."""
    # The proxy's words, or the answer would be a redirect to https.
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz", headers=headers)
            answer = connection.getresponse()
            words = answer.read(500).decode(errors="replace")
        except (OSError, HTTPException) as problem:
            return str(problem) or type(problem).__name__
    return READY if answer.status == 200 else f"{answer.status} {words}"


def main() -> int:
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]
    answer = readiness(int(os.environ.get("PORT", "8000")), host)
    sys.stdout.write(answer + "\n")
    return 0 if answer == READY else 1


if __name__ == "__main__":
    sys.exit(main())
