"""A bank's list of money that came in, on its way to receipts."""
