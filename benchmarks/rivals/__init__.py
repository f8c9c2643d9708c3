"""The shipped tariff told to other engines, so that times are compared on equal work.

Each is given tables, not figures: a rival reads the same `Tariff` and must come to the same fen.
"""
