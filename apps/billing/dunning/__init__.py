"""Premium that does not come: who is reminded of it when, and what finance sees of it."""
