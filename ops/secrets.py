"""Keys and passwords of one installation: made once, readable by its owner alone."""

import json
import os
from base64 import b64encode
from dataclasses import asdict, dataclass, fields
from secrets import token_bytes, token_hex, token_urlsafe

from ops.home import Home
from ops.processes import lock
from ops.refusal import Refusal


@dataclass(frozen=True)
class Secrets:
    installation: str
    secret_key: str
    field_keys: str
    blind_index_key: str
    admin_password: str
    owner_password: str
    app_password: str


def secrets_of(home: Home) -> Secrets:
    path = home.path / "secrets.json"
    with lock(home.path / "secrets.lock"):
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(asdict(fresh()), file, indent=2)
            partial.rename(path)
        try:
            kept = json.loads(path.read_text())
            return Secrets(**{field.name: str(kept[field.name]) for field in fields(Secrets)})
        except (ValueError, TypeError, KeyError, OSError):
            raise Refusal(
                f"{path} is damaged or not yours to read: put it back from a backup"
                " (without it encrypted columns stay closed), or begin anew with `make reset`."
            ) from None


def fresh() -> Secrets:
    return Secrets(
        installation=token_hex(6),
        secret_key=token_urlsafe(60),
        field_keys=f"k1:{key()}",
        blind_index_key=key(),
        admin_password=token_hex(24),
        owner_password=token_hex(24),
        app_password=token_hex(24),
    )


def key() -> str:
    return b64encode(token_bytes(32)).decode()
