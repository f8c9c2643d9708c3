"""`price_many`: whole portfolios at once, to the fen what `price` says of each risk alone.

Encoding asks what a risk is (`encode`, once), reckoning what the tariff makes of it (`price_many`,
again for every change of values). Written apart from the plain engine, so that each can judge the
other.
"""

from apps.rating.rules.many.columns import Coded, Columns, encode, encode_columns, shape
from apps.rating.rules.many.reckoning import REFUSED, EnginesDisagree, price_many, refusals

__all__ = [
    "REFUSED",
    "Coded",
    "Columns",
    "EnginesDisagree",
    "encode",
    "encode_columns",
    "price_many",
    "refusals",
    "shape",
]
