"""The monthly statements of the pools: gathered from the ledger, frozen, answered by members."""
