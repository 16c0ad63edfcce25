"""Payments: what is owed for an application and what was paid. Paying decides nothing."""
