"""How the ledger is kept: what changed is marked by triggers and drawn anew before it is read."""
