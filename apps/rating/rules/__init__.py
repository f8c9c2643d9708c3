"""The arithmetic of a premium. Plain values in, plain values out."""
