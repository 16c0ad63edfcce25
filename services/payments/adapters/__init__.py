"""Payments' adapters: card processors."""
