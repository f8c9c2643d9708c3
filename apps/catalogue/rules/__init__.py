"""What a product and a tariff are, on plain values."""
