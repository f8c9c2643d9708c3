"""Database and broker of one home: the ones we were pointed to, or our own."""

import os
from dataclasses import dataclass, field

from ops.environment import DATABASE, Urls, embedded_urls, external_urls, for_process
from ops.home import Home
from ops.postgres import Postgres
from ops.redis import Redis
from ops.secrets import Secrets


@dataclass
class Services:
    home: Home
    secrets: Secrets
    port: int = 8000
    database: str = DATABASE
    is_throwaway: bool = False
    outlives_us: bool = False
    postgres: Postgres | None = None
    redis: Redis | None = None
    urls: Urls = field(init=False)
    redis_url: str = field(init=False)

    def start(self) -> None:
        given = os.environ
        if given.get("DATABASE_URL"):
            chosen = self.database if self.database != DATABASE else None
            self.urls = external_urls(given, self.secrets, chosen)
        else:
            self.postgres = Postgres(self.home, self.secrets, self.is_throwaway, self.outlives_us)
            self.postgres.start()
            self.urls = embedded_urls(self.postgres, self.database)
        if given.get("REDIS_URL"):
            self.redis_url = given["REDIS_URL"]
        else:
            self.redis = Redis(self.home, self.is_throwaway, self.outlives_us)
            self.redis.start()
            self.redis_url = self.redis.url

    def stop(self) -> None:
        for server in (self.redis, self.postgres):
            if server is not None:
                server.stop()

    def keep_running(self) -> list[str]:
        """Start again what died; the names of what had to be."""
        revived = []
        for name, server in (("postgres", self.postgres), ("redis", self.redis)):
            if server is not None and not server.is_running():
                server.start()
                revived.append(name)
        return revived

    def app(self) -> dict[str, str]:
        return for_process(self.home, self.secrets, self.urls.app, self.redis_url, self.port)

    def owner(self) -> dict[str, str]:
        return {**self.app(), "DATABASE_URL": self.urls.owner}

    def administrator(self) -> dict[str, str]:
        return {
            **self.app(),
            "DATABASE_OWNER_URL": self.urls.owner,
            **({"DATABASE_ADMIN_URL": self.urls.admin} if self.urls.admin else {}),
        }
