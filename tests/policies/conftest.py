from tests.enrollment.conftest import (
    bureau,
    catalogue,
    draft,
    finance,
    insurers,
    issued,
    owner,
    pool,
    seller,
    site,
    submitted,
    underwriter,
)

__all__ = [
    "bureau",
    "catalogue",
    "draft",
    "finance",
    "insurers",
    "issued",
    "owner",
    "pool",
    "seller",
    "site",
    "submitted",
    "underwriter",
]
