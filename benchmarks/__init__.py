"""Measurements beside their baselines: absolute times belong to a machine, ratios travel."""
