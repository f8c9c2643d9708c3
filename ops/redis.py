"""An own Redis in the installation's folder, reached through a Unix socket alone."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops import binaries
from ops.home import Home, socket_folder
from ops.processes import Process, lock, open_log, spawn, stop, tail, wait_until
from ops.refusal import Refusal


@dataclass
class Redis:
    home: Home
    is_throwaway: bool = False
    outlives_us: bool = False
    process: Process | None = None

    @property
    def log(self) -> Path:
        return self.home.logs / "redis.log"

    @property
    def socket(self) -> Path:
        return socket_folder(self.home.redis, os.geteuid()) / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> None:
        with lock(self.home.path / "redis.lock"):
            if self.is_running():
                return
            with open_log(self.log) as log:
                self.process = spawn(
                    [str(binaries.redis_server()), *self.options()],
                    output=log,
                    folder=self.home.redis,
                    dies_with_us=None if self.outlives_us else signal.SIGTERM,
                )
            process = self.process
            if not wait_until(lambda: self.answers() or process.poll() is not None, 60):
                raise Refusal(f"Redis does not answer: see {self.log}.")
            if process.poll() is not None:
                raise Refusal(
                    f"Redis stopped while starting ({tail(self.log, 1)}): see {self.log}."
                )

    def options(self) -> list[str]:
        chosen = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home.redis),
            "appendonly": "no" if self.is_throwaway else "yes",
            "save": "",
            # Jobs waiting in the queue must never be thrown out to make room.
            "maxmemory-policy": "noeviction",
        }
        return [word for name, value in chosen.items() for word in (f"--{name}", value)]

    def is_running(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        return self.answers()

    def answers(self) -> bool:
        """PONG, and not the -LOADING of a server that still reads its file."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            stop([self.process], signal.SIGTERM, 15)
            self.process = None
