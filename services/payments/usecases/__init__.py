"""Payments' use cases; each runs in one transaction opened by its caller."""
