"""Pages of the must-insure ledger."""
