"""What pages, files and other systems read of the ledger."""
