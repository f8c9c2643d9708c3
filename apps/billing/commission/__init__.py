"""Commission to licensed intermediaries: agreed, accrued on premium received, clawed back, paid."""
