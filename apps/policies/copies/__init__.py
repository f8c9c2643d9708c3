"""Copied reports (抄报): what happened to a policy, told to those who carry and watch it."""
