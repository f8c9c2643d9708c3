"""What happened to a policy after issue, as a stack that is only ever added to."""
