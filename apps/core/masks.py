"""How personal data looks to people who need not see it: enough to recognise, too little to use."""

LEAST_HIDDEN = 4


def mask_name(name: str) -> str:
    """张三丰 → 张**; a name of one sign is hidden whole."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000"""
    return _keep(phone, 3, 4)


def mask_id_number(number: str) -> str:
    """44060419850101001X → 440***********001X; shorter papers show their ends only."""
    return _keep(number, 3, 4) if len(number) >= 15 else _keep(number, 1, 2)


def mask_account(account: str) -> str:
    """A bank account by its last four digits."""
    return _keep(account, 0, 4)


def _keep(value: str, head: int, tail: int) -> str:
    hidden = len(value) - head - tail
    if hidden < LEAST_HIDDEN:
        return "*" * len(value)
    return value[:head] + "*" * hidden + value[-tail:]
