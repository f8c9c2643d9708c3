"""The gate as people meet it: its report kept, shown, and asked for before a tariff is approved."""
